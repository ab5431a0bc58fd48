-- Tables of the page, for who reads them with a keyboard or by ear.

local t = require("filtre.outils")

local count = 0

--- Header cells say what they head; the first column names the row.
local function scoped(element)
  for _, row in ipairs(element.head.rows) do
    for _, cell in ipairs(row.cells) do cell.attr.attributes.scope = "col" end
  end
  if #element.colspecs < 2 or #element.head.rows == 0 then return end
  for _, body in ipairs(element.bodies) do
    body.row_head_columns = 1
    for _, row in ipairs(body.body) do row.cells[1].attr.attributes.scope = "row" end
  end
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

return { scoped = scoped, scrollable = scrollable }
