-- Facts and their cards. On the page a fact is a button that opens its card: a native popover, no script.
-- The workbook of tables reads both from the tree. Elsewhere a fact is its text, and cards are gone (see `entrees`).

local t = require("filtre.outils")
local List = pandoc.List

local wanted, printed, cards = List {}, {}, {}

local BUTTON = '<button type="button" class="%s" popovertarget="carte-%s" aria-haspopup="dialog" aria-label="%s">'
local CARD = '<div popover autofocus tabindex="-1" id="carte-%s" class="carte" role="dialog" aria-labelledby="fiche-%s">'
local TITLE = '\n<p class="carte-titre" id="fiche-%s"><strong>%s</strong></p>\n<dl>\n'
local LINE = "<dt>%s</dt>\n<dd>\n%s\n</dd>\n"
local CLOSE = '<button type="button" popovertarget="carte-%s" popovertargetaction="hide">Fermer</button></div>'

--- A heading shows a fact as text: no button in a table of contents.
local function heading(h)
  if t.PPTX then return nil end       -- the slide's notes name it
  h.content = h.content:walk { Span = function(span) return span.classes:includes("fact") and span.content or nil end }
  return h
end

local function fact(span)
  if not span.classes:includes("fact") then return nil end
  local id = span.attributes.fact or ""
  if not id:match("^[%w._-]+$") then t.problem("indicateur sans identifiant : " .. t.stringify(span)) end
  if t.TREE then return nil end
  if not t.HTML then return span.content end
  wanted:insert(id)
  printed[id] = true
  local classes = span.classes:includes("retenu") and "fact retenu" or "fact"
  local label = t.html_attribute(t.stringify(span) .. ", ouvrir la fiche")
  return List { t.raw(BUTTON:format(classes, id, label)) } .. span.content .. List { t.raw("</button>") }
end

--- A card comes as a block of code, « Valeur : 699 » on each of its lines, the first with its title: nothing in it is marked up.
local function card(block)
  if t.TREE or not block.classes:includes("carte") then return nil end
  local id, title, lines = block.attributes.fact or "", nil, List {}
  if cards[id] then t.problem("fiche en double : " .. id) end
  for name, text in block.text:gmatch("([^\n]-) : ([^\n]*)") do
    text = t.html_attribute(text)
    if title then lines:insert(LINE:format(name, text)) else title = text end
  end
  if not id:match("^[%w._-]+$") or not title then
    t.problem("fiche sans identifiant ou sans titre : " .. id)
    return nil
  end
  cards[id] = true
  if not printed[id] then return {} end  -- printed in another document of the same source
  return t.raw_block(CARD:format(id, id) .. TITLE:format(id, title) .. table.concat(lines) .. "</dl>\n" .. CLOSE:format(id))
end

local function complete()
  for _, id in ipairs(wanted) do
    if not cards[id] then t.problem("indicateur sans fiche : " .. id); cards[id] = true end
  end
end

return { heading = heading, fact = fact, card = card, complete = complete }
