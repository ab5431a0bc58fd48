-- Key figures as tiles: `::: {.chiffres}` with a list whose items are a fact and the words that go with it.

local t = require("filtre.outils")
local List = pandoc.List

-- On a slide, in its own units (914 400 to the inch): tiles in rows under the title.
local LEFT, TOP, WIDTH, HEIGHT, GAP = 457200, 1143000, 8229600, 1508760, 137160

local function number_and_words(item)
  local inlines = item[1].content
  local words = pandoc.Inlines {}
  for i = 2, #inlines do
    if not (i == 2 and inlines[i].t == "Space") then words:insert(inlines[i]) end
  end
  return inlines[1], words
end

local function xml(text) return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;")) end

local RUN = '<a:p><a:pPr marL="0" indent="0"><a:buNone/></a:pPr><a:r><a:rPr lang="fr-FR" sz="%d"%s dirty="0"><a:solidFill>'
  .. '<a:schemeClr val="%s"/></a:solidFill></a:rPr><a:t>%s</a:t></a:r></a:p>'
local SHAPE = '<p:sp><p:nvSpPr><p:cNvPr id="%d" name="Chiffre %d"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
  .. '<a:off x="%d" y="%d"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>'
  .. '<a:srgbClr val="F0F4F8"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr><p:txBody>'
  .. '<a:bodyPr wrap="square" lIns="137160" tIns="91440" rIns="91440" bIns="91440" anchor="t"><a:normAutofit/></a:bodyPr>'
  .. '<a:lstStyle/>%s</p:txBody></p:sp>'

--- As many to a row as leave no hole: two by two for four, else three.
local function to_a_row(total) return total % 3 ~= 0 and total % 2 == 0 and total < 5 and 2 or 3 end

local function shape(n, total, number, words)
  local columns = to_a_row(total)
  local row, column = math.floor((n - 1) / columns), (n - 1) % columns
  local width = (WIDTH - (columns - 1) * GAP) // columns
  local long = utf8.len(number) > 9
  local text = RUN:format(long and 1800 or 3200, ' b="1"', "tx2", xml(number)) .. RUN:format(1300, "", "tx1", xml(words))
  return t.raw_block(SHAPE:format(900 + n, n, LEFT + column * (width + GAP), TOP + row * (HEIGHT + GAP), width, HEIGHT, text))
end

--- The sentence of a slide of its own, as large as a title.
local function sentence(div)
  local words = t.stringify(div.content)
  local panel = SHAPE:gsub("Chiffre", "Phrase"):gsub('anchor="t"', 'anchor="ctr"')
  return t.raw_block(panel:format(900, 0, LEFT, TOP, WIDTH, 2 * HEIGHT + GAP, RUN:format(2400, "", "tx2", xml(words))))
end

--- Two columns of the one-page document: the two divisions inside.
local function columns(div)
  if not t.TYPST then return div.content end
  local out = List { t.raw_block("#colonnes([") }
  for i, side in ipairs(div.content) do
    if i > 1 then out:insert(t.raw_block("], [")) end
    out:extend(side.content)
  end
  out:insert(t.raw_block("])"))
  return out
end

--- A part of the one-page document, which it may leave out (`office/render.py`).
local function part(div)
  if not t.TYPST then return div.content end
  local open = t.raw_block('#partie("' .. div.attributes.nom .. '")[')
  return List { open } .. div.content .. List { t.raw_block("]") }
end

local function drawn(div)
  if div.classes:includes("partie") then return part(div) end
  if div.classes:includes("colonnes") then return columns(div) end
  if t.PPTX and div.classes:includes("phrase") then return sentence(div) end
  if not div.classes:includes("chiffres") then return nil end
  local items = div.content[1].content
  if t.PPTX then
    local shapes = List {}
    for n, item in ipairs(items) do
      local number, words = number_and_words(item)
      shapes:insert(shape(n, #items, t.stringify(number), t.stringify(words)))
    end
    return shapes
  end
  if not t.TYPST then return nil end
  local out = List { t.raw("#tuiles(") }
  for _, item in ipairs(items) do
    local number, words = number_and_words(item)
    out:insert(t.raw("(["))
    out:insert(number)
    out:insert(t.raw("], ["))
    out:extend(words)
    out:insert(t.raw("]), "))
  end
  out:insert(t.raw(")"))
  return pandoc.Plain(out)
end

return { drawn = drawn }
