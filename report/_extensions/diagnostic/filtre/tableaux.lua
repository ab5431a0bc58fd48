-- Tables of the page, for who reads them with a keyboard or by ear.

local t = require("filtre.outils")

local count = 0

local function spread(row) return row ~= nil and row.cells[1] ~= nil and row.cells[1].col_span > 1 end

--- Header cells say what they head; the first column names the row.
local function scoped(element)
  for _, row in ipairs(element.head.rows) do
    for _, cell in ipairs(row.cells) do cell.attr.attributes.scope = "col" end
  end
  if #element.colspecs < 2 or #element.head.rows == 0 then return end
  for _, body in ipairs(element.bodies) do
    if not spread(body.body[1]) then
      body.row_head_columns = 1
      for _, row in ipairs(body.body) do row.cells[1].attr.attributes.scope = "row" end
    end
  end
end

--- Bodies where a row that takes the whole width is on its own: a head of row has the width of its column.
local function parted(bodies)
  local out = pandoc.List {}
  for _, body in ipairs(bodies) do
    local current
    for _, row in ipairs(body.body) do
      if not current or spread(row) or spread(current.body[1]) then
        current = { attr = body.attr, head = {}, body = {}, row_head_columns = 0 }
        out:insert(current)
      end
      table.insert(current.body, row)
    end
  end
  return #out > 1 and out or bodies
end

--- A container that scrolls sideways on a small screen, within reach of the keyboard, named after its table.
local function scrollable(element, inlines)
  count = count + 1
  local name = { "aria-label", "Tableau" }
  if #inlines > 0 then
    name = { "aria-labelledby", "titre-tableau-" .. count }
    element.caption.long = { pandoc.Plain { pandoc.Span(inlines, t.attr(name[2])) } }
  end
  return pandoc.Div({ element }, t.attr("", { "defile" }, { { "role", "region" }, { "tabindex", "0" }, name }))
end

--- `: Words. {#tbl-x .petit}`: the attributes at the end of a caption, which Quarto's reader leaves in its words.
local function named(element)
  local caption = element.caption.long[1]
  if not caption then return nil end
  for i = #caption.content, 1, -1 do
    local inline = caption.content[i]
    if inline.t == "Str" and inline.text:match("^{#") then
      local words = pandoc.utils.stringify(pandoc.Inlines { table.unpack(caption.content, i) })
      local span = pandoc.read("[]" .. words, "markdown").blocks[1].content[1]
      if span.t ~= "Span" then return nil end
      element.attr = span.attr
      local last = caption.content[i - 1]
      local kept = last and (last.t == "Space" or last.t == "SoftBreak") and i - 2 or i - 1
      caption.content = pandoc.Inlines { table.unpack(caption.content, 1, kept) }
      if kept == 0 then element.caption.long = pandoc.Blocks {} end
      return element
    end
  end
end

--- In Typst, a row that names those after it (bold, of the whole width) as a header of them: none ends a page.
local function grouped(element)
  local width, found = #element.colspecs, false
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do found = found or (width > 1 and row.cells[1].col_span == width) end
  end
  if not found then return nil end
  local written = pandoc.write(pandoc.Pandoc { element }, "typst-smart", { wrap_text = "wrap-none" })
  written = ("\n" .. written):gsub("\n    (table%.cell%([^\n]-colspan: (%d+)[^\n]-%)%[#strong%[[^\n]*%]),(%f[\n])", function(cell, across)
    return tonumber(across) == width and "\n    table.header(level: 2, repeat: false, " .. cell .. ")," or nil
  end)
  return t.raw_block(written)
end

return { named = named, grouped = grouped, scoped = scoped, scrollable = scrollable, parted = parted }
