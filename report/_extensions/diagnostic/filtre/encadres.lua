-- Callouts: `::: {.callout-note title="…"}`, or with a first heading for title.

local t = require("filtre.outils")
local List = pandoc.List

local TITLES = {
  note = "Note", tip = "Conseil", important = "Important", warning = "Attention", caution = "Prudence",
}

local function kind_of(div)
  for _, class in ipairs(div.classes) do
    local kind = class:match("^callout%-(%a+)$")
    if TITLES[kind] then return kind end
    if kind and kind ~= "title" then t.problem("encadré inconnu : " .. class) end
  end
end

--- Before numbering: a heading that titles a callout is no section; it becomes a first paragraph of its own class.
local function titled(div)
  local kind = kind_of(div)
  if not kind then return nil end
  local first = div.content[1]
  local title = pandoc.read(div.attributes.title or TITLES[kind], "markdown").blocks[1].content
  if first and first.t == "Header" then title = first.content; div.content:remove(1) end
  div.attributes.title = nil
  div.content:insert(1, pandoc.Div({ pandoc.Plain(title) }, t.attr("", { "callout-title" })))
  return div
end

-- In Word, a table of one cell: lists and several paragraphs stay in one frame. The empty paragraph keeps two apart.
local CELL = '<w:tbl><w:tblPr><w:tblStyle w:val="Callout%s"/><w:tblW w:type="pct" w:w="5000"/>'
  .. '<w:tblLook w:firstRow="0" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/></w:tblPr>'
  .. '<w:tblGrid><w:gridCol w:w="9070"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:type="pct" w:w="5000"/></w:tcPr>'
local CELL_END = '</w:tc></w:tr></w:tbl><w:p><w:pPr><w:pStyle w:val="CalloutSpace"/></w:pPr></w:p>'

local function callout(div)
  local kind = kind_of(div)
  if not kind then return nil end
  if t.HTML then
    return pandoc.Div(div.content, t.attr(div.identifier, { "callout", "callout-" .. kind }, { { "role", "note" } }))
  end
  local title = div.content:remove(1).content[1].content
  if t.TYPST then
    local open = List { t.raw('#callout("' .. kind .. '", [') } .. title .. List { t.raw("])[") }
    return List { pandoc.Plain(open) } .. div.content .. List { t.raw_block("]") }
  end
  if not t.DOCX then return List { pandoc.Para { pandoc.Strong(title) } } .. div.content end
  local heading = pandoc.Div({ pandoc.Para(title) }, t.attr("", {}, { { "custom-style", "Callout Title" } }))
  return List { t.raw_block(CELL:format(kind)), heading } .. div.content .. List { t.raw_block(CELL_END) }
end

--- `::: phrase`: the sentence that a document begins with, larger than the rest (a slide has it from `tuiles`).
local function lead(div)
  if not div.classes:includes("phrase") then return nil end
  if t.TYPST then return List { t.raw_block("#phrase[") } .. div.content .. List { t.raw_block("]") } end
  if t.DOCX then return pandoc.Div(div.content, t.attr("", {}, { { "custom-style", "Lead" } })) end
end

return { titled = titled, callout = callout, lead = lead }
