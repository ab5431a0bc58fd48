-- Numbers in document order and references to them, the same in every format; Word's and Typst's own counters,
-- which count otherwise, are never used.

local t, tableaux = require("filtre.outils"), require("filtre.tableaux")
local List, Str, Space, Plain = pandoc.List, pandoc.Str, pandoc.Space, pandoc.Plain

local KINDS = {
  fig = { caption = "Figure", one = "figure", many = "figures" },
  tbl = { caption = "Tableau", one = "tableau", many = "tableaux" },
  sec = { one = "section", many = "sections" },
  eq = { one = "équation", many = "équations", bare = true },
}
local NARROW = { 0.5, 0.18 }          -- of the text width, for two short columns
local SHORT = 20                      -- rows of a table that may be low enough to stay on one page
local LOW = 9                         -- rows of a table that may be lower than a sixth of a page: none has less than 12 points
local LAST = 2                        -- rows that end a table together, so that no page begins with one
local WIDE = 7                        -- columns from which a table is set in the small size

local count, number, levels, last_level = { fig = 0, tbl = 0, eq = 0 }, {}, {}, 0
local elsewhere, before = {}, ""      -- ids of the report, said in the dossier; what stands before a number in the tree of both

--- What follows is numbered on its own: it is another document. `said`: what its numbers begin with, in a tree of both.
local function restart(said)
  before = said or ""
  count, levels, last_level = { fig = 0, tbl = 0, eq = 0 }, {}, 0
  if said then return end
  for id in pairs(number) do elsewhere[id] = true end
end

local function register(id, text)
  if number[id] then t.problem("identifiant en double : " .. id) end
  number[id] = text
  return text
end

local function take(id)               -- the next number of the kind of this id; nil if it has none
  local kind = id:match("^(%a+)%-")
  if not count[kind] then return nil end
  count[kind] = count[kind] + 1
  return register(id, tostring(count[kind])), kind
end

-- Captions and headings ----------------------------------------------------------------------------------------

local function numbered(kind, n, inlines)
  local label = before .. KINDS[kind].caption .. t.NBSP .. n
  if #inlines == 0 then return List { pandoc.Strong(label) } end
  return List { pandoc.Strong(label .. t.NBSP .. ":"), Space() } .. inlines
end

local function caption_of(element)
  local first = element.caption.long[1]
  return first and first.content or List {}
end

local function header(h)
  if h.level > last_level + 1 then t.problem("niveau de titre sauté : " .. t.stringify(h)) end
  last_level = h.level
  if h.classes:includes("unnumbered") then return nil end
  levels[h.level] = (levels[h.level] or 0) + 1
  for deeper = h.level + 1, 6 do levels[deeper] = 0 end
  local text = table.concat(levels, ".", 1, h.level)
  if h.identifier:match("^sec%-") then register(h.identifier, text) end
  h.content:insert(1, pandoc.Span({ Str(text .. t.ENSP) }, t.attr("", { "numero" })))
  return h
end

-- Figures and panels -------------------------------------------------------------------------------------------

--- After an image, the one that takes its place on a narrow screen, where it was drawn.
local function with_narrow(inlines)
  local image = inlines[1]
  if not image or image.t ~= "Image" then return nil end
  local src = image.src:gsub("%.svg$", "-mince.svg")
  local file = src ~= image.src and io.open(src, "rb")
  if not file then return nil end
  file:close()
  local narrow = image:clone()
  narrow.src, narrow.identifier, narrow.classes, narrow.attributes.width = src, "", { "mince" }, nil
  inlines:insert(narrow)
  return inlines, false
end

local function figure(f)
  local n, kind = take(f.identifier)
  if not n then return nil end
  f.caption.long = { Plain(numbered(kind, n, caption_of(f))) }
  if t.HTML then
    f.content = { pandoc.Div(pandoc.Blocks(f.content):walk { Inlines = with_narrow }, t.attr("", { "dessin" })) }
  end
  return f, false
end

local function side_by_side(body, columns)
  if t.HTML then return { pandoc.Div(body, t.attr("", { "panneau" }, { { "style", "--colonnes:" .. columns } })) } end
  if t.DOCX then return body:walk { Image = function(i) i.attributes.width = "93%"; return i end } end  -- of its cell
  if not t.TYPST then return body end
  local cells = List { t.raw_block("#panneau(" .. columns .. ")[") }
  for i, block in ipairs(body) do
    if i > 1 then cells:insert(t.raw_block("][")) end
    cells:insert(block)
  end
  cells:insert(t.raw_block("]"))
  return cells
end

--- `::: {#fig-x layout-ncol=2}`: one number, parts (a), (b)… referable as « figure 3b », the last paragraph as caption.
local function panel(div)
  local n = take(div.identifier)
  local body, part, own = div.content, 0, List {}
  local tail = body[#body]
  if tail and (tail.t == "Para" or tail.t == "Plain") then own = tail.content; body:remove() end
  body = body:walk { Figure = function(f)
    part = part + 1
    local letter = string.char(96 + part)
    if f.identifier ~= "" then register(f.identifier, n .. letter) end
    f.caption.long = { Plain(List { Str("(" .. letter .. ")" .. t.NBSP) } .. caption_of(f)) }
    return f
  end }
  body = side_by_side(body, div.attributes["layout-ncol"] or "1")
  return pandoc.Figure(body, { long = { Plain(numbered("fig", n, own)) } }, t.attr(div.identifier)), false
end

--- Beside its words, an image has all the width of its column, which is as wide as it asks, and leaves them a quarter.
local function filled(div)
  local part = 0
  local made = div:walk { Image = function(image)
    part = tonumber((image.attributes.width or ""):match("^(%d+)%%$")) or part
    image.attributes.width = "100%"
    return image
  end }
  if part > 0 then made.attributes.part = math.min(part, 72) .. "%" end
  return made
end

local function numbered_div(div)
  if div.classes:includes("document") then return div, false end
  if div.identifier:match("^fig%-") then return panel(div) end
  if t.TYPST and (not t.document or t.document == t.DOSSIER) and div.classes:includes("figure-lue") then return filled(div) end
end

--- A row of words alone (a question, what is not published) takes the whole width.
local function spread(element)
  if t.TREE or t.PPTX then return end
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do
      local alone = #row.cells > 1
      for i = 2, #row.cells do alone = alone and t.stringify(row.cells[i].contents) == "" end
      if alone then
        local first = row.cells[1]
        first.col_span = #row.cells
        row.cells = { first }
      end
    end
  end
  if t.HTML then element.bodies = tableaux.parted(element.bodies) end
end

--- A figure and the words that read it stay together; in Typst these stand beside it (see `communs.typ`).
local function read_figure(div)
  if not div.classes:includes("figure-lue") then return nil end
  if t.TYPST then
    local image, words = div.content[1], div.content:clone()
    words:remove(1)
    local part = div.attributes.part and "(part: " .. div.attributes.part .. ")" or ""
    return List { t.raw_block("#avec-lecture" .. part .. "["), image, t.raw_block("][") } .. words .. List { t.raw_block("]") }
  end
  if t.HTML then return nil end
  return div.content
end

-- Tables -------------------------------------------------------------------------------------------------------

--- The last rows as the foot of the table, which Typst keeps together (see `communs.typ`), with the row that names them.
local function ended(element)
  local body = element.bodies[#element.bodies]
  local rows = body and body.body or {}
  if #element.foot.rows > 0 or #rows <= LAST then return end
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do if cell.row_span > 1 then return end end
  end
  local above = #rows - LAST           -- rows that are not in the foot
  if above > 1 and #rows[above].cells == 1 and #element.colspecs > 1 then above = above - 1 end
  element.foot = pandoc.TableFoot { table.unpack(rows, above + 1) }
  body.body = { table.unpack(rows, 1, above) }
end

local function numbered_table(element)
  local n, kind = take(element.identifier)
  local inlines = caption_of(element)
  if n then inlines = numbered(kind, n, inlines) end
  if #inlines > 0 then element.caption.long = { Plain(inlines) } end
  local small = element.classes:includes("petit") or #element.colspecs >= WIDE
  if element.classes:includes("etroit") then  -- a number far from its words is hard to follow
    for i, width in ipairs(NARROW) do element.colspecs[i][2] = width end
  end
  spread(element)
  if t.HTML then
    if small and not element.classes:includes("petit") then element.classes:insert("petit") end
    tableaux.scoped(element)
    return tableaux.scrollable(element, inlines), false
  end
  if t.TYPST then
    local rows = 0
    for _, body in ipairs(element.bodies) do rows = rows + #body.body end
    ended(element)
    local whole = rows <= SHORT
    local wholly = rows <= LOW and "#entier[" or "#entier(bas: false)["
    local open, close = (small and "#petit[" or "") .. (whole and wholly or ""), (small and "]" or "") .. (whole and "]" or "")
    if open ~= "" then return { t.raw_block(open), element, t.raw_block(close) }, false end
  end
  if t.DOCX and small then element.attr.attributes["custom-style"] = "TableSmall" end
  return element, false
end

-- Formulas -----------------------------------------------------------------------------------------------------

--- A decimal comma is no separator: without this, « 0, 25 ».
local function decimal_comma(formula)
  formula.text = formula.text:gsub("(%d+){,}(%d+)", "\\text{%1,%2}")
  return formula
end

--- `$$ … $$ {#eq-x alt="…"}`: the formula, its id and the words that stand for it, or nil.
local function labelled_formula(para)
  local formula = para.content[1]
  if not formula or formula.t ~= "Math" or formula.mathtype ~= "DisplayMath" then return nil end
  local rest = pandoc.Inlines {}
  for i = 2, #para.content do rest:insert(para.content[i]) end
  local id, attributes = t.stringify(rest):match("^%s*{#(eq%-[%w_.-]+)%s*(.-)}%s*$")
  return formula, id, attributes and attributes:match("alt=[“\"]*(.-)[”\"]*$")
end

--- For PDF, where every formula needs words: its own source for want of better.
local function worded(formula, alt, n, id)
  alt = alt or formula.text:gsub("{,}", ","):match("^%s*(.-)%s*$")
  local options = "alt: " .. t.typst_string(alt) .. (n and ", numero: " .. t.typst_string(n) or "")
  local written = pandoc.write(pandoc.Pandoc { Plain { decimal_comma(formula) } }, "typst"):gsub("%s+$", "")
  return t.raw("#formule(" .. options .. ")[" .. written .. (id and " <" .. id .. ">" or "") .. "]")
end

local function equation(para)
  local formula, id, alt = labelled_formula(para)
  if not id then return nil end
  local n = "(" .. take(id) .. ")"
  if t.TYPST then return pandoc.Para { worded(formula, alt, n, id) } end
  if t.HTML then
    local parts = { formula, pandoc.Span({ Str(n) }, t.attr("", { "numero-equation" })) }
    local reached = { { "role", "group" }, { "tabindex", "0" }, { "aria-label", "Formule " .. n } }  -- it scrolls
    return pandoc.Para { pandoc.Span(parts, t.attr(id, { "equation" }, reached)) }
  end
  formula.text = formula.text .. " \\qquad " .. n
  return pandoc.Para { pandoc.Span({ formula }, t.attr(id)) }
end

-- References ---------------------------------------------------------------------------------------------------

local function joined(items)          -- a, b et c
  local out = List {}
  for i, item in ipairs(items) do
    if i > 1 and i == #items then out:extend { Space(), Str("et"), Space() }
    elseif i > 1 then out:extend { Str(","), Space() } end
    out:extend(item)
  end
  return out
end

local function runs(citations)        -- neighbours of one kind share one noun
  local all = List {}
  for _, citation in ipairs(citations) do
    local id = citation.id:gsub("^%a", string.lower)
    local kind = id:match("^(%a+)%-")
    if not KINDS[kind] or not number[id] then
      t.problem("référence inconnue : " .. citation.id)
    else
      local run = all[#all]
      if not run or run.kind ~= kind then
        run = { kind = kind, members = List {}, capital = citation.id ~= id, bare = citation.mode == "SuppressAuthor" }
        all:insert(run)
      end
      run.members:insert { id = id, citation = citation }
    end
  end
  return all
end

--- One member of a run as a link; the first carries the noun, unless the kind or the author wants the bare number.
local function member_link(run, member, first)
  local names = KINDS[run.kind]
  local text = names.bare and "(" .. number[member.id] .. ")" or number[member.id]
  if first and not (names.bare or run.bare) then
    local noun = #run.members > 1 and names.many or names.one
    text = (run.capital and noun:gsub("^%l", string.upper) or noun) .. t.NBSP .. text
  end
  if elsewhere[member.id] then return List { Str(text), Space(), Str("du"), Space(), Str("rapport") } end
  local out = List { pandoc.Link({ Str(text) }, "#" .. member.id) } .. member.citation.suffix
  return #member.citation.prefix > 0 and member.citation.prefix .. List { Space() } .. out or out
end

local function reference(cite)
  return joined(runs(cite.citations):map(function(run)
    return joined(run.members:map(function(member, i) return member_link(run, member, i == 1) end))
  end))
end

return {
  count = {
    traverse = "topdown",
    Header = header, Div = numbered_div, Figure = figure, Table = numbered_table, Para = equation,
  },
  restart = restart, reference = reference, read_figure = read_figure,
  formula = t.TYPST and function(formula) return worded(formula) end or decimal_comma,
}
