--[[ Short documents inside the report's own source: `::: {.document nom="restitution"}` holds what the slides show.

They take up figures and tables of the report by name (`::: {.reprise de="fig-x"}`), with the numbers these have there:
nothing is drawn, counted or numbered twice. ]]

local t, tuiles = require("filtre.outils"), require("filtre.tuiles")
local numeros, identifiants = require("filtre.numeros"), require("filtre.identifiants")
local List = pandoc.List

local function numbered_elements(doc)
  local found = {}
  local function keep(element)
    if element.identifier ~= "" then found[element.identifier] = element end
  end
  doc:walk { Figure = keep, Table = keep }
  return found
end

--- The figure or table of the report that an empty block names.
local function taken_up(found)
  return function(div)
    if not div.classes:includes("reprise") then return nil end
    local element = found[div.attributes.de]
    if not element then t.problem("reprise inconnue : " .. (div.attributes.de or "")); return {} end
    local width, caption = div.attributes.largeur, element.caption.long[1]
    return element:clone():walk { Image = function(image)
      if width then image.attributes.width = width end
      if t.PPTX and caption then  -- on a slide the words of the image are printed, those of the figure are not
        image.attributes["fig-alt"] = image.attributes["fig-alt"] or t.stringify(image.caption)
        image.caption = caption.content
      end
      return image
    end }
  end
end

local function ids_of(blocks, known)
  pandoc.Blocks(blocks):walk { Span = function(span)
    if span.classes:includes("fact") then known:insert(span.attributes.fact) end
  end }
end

--- The words that read each figure of the report, by its identifier.
local function readings(doc)
  local found = {}
  doc:walk { Div = function(div)
    local figure = div.classes:includes("figure-lue") and div.content[1]
    if figure and figure.t == "Figure" then
      local words = div.content:clone()
      words:remove(1)
      found[figure.identifier] = words
    end
  end }
  return found
end

local WHERE = "Chaque nombre de cette diapositive a sa fiche dans la page web du rapport, sous son identifiant : d’où il vient, "
  .. "et ce qu’il suppose."

--- Each slide has in its notes what to say of it: what the speaker wrote there, how its figure is read, where its numbers come
--- from; then their identifiers, once each.
local function noted(blocks, read)
  local out, slide = List {}, List {}
  local function close()
    local ids, seen, notes = List {}, {}, nil
    ids_of(slide, ids)
    ids = ids:filter(function(id) local new = not seen[id]; seen[id] = true; return new end)
    for _, block in ipairs(slide) do
      if block.t == "Div" and block.classes:includes("notes") then notes = block end
    end
    if #ids > 0 then
      if not notes then notes = pandoc.Div({}, t.attr("", { "notes" })); slide:insert(notes) end
      pandoc.Blocks(slide):walk { Figure = function(f) notes.content:extend(read[f.identifier] or {}) end }
      notes.content:insert(pandoc.Para { pandoc.Str((WHERE:gsub(" : ", t.NBSP .. ": "))) })
      notes.content:insert(pandoc.Para { pandoc.Str("Identifiants" .. t.NBSP .. ": " .. table.concat(ids, t.NNBSP .. "; ")) })
    end
    out:extend(slide)
    slide = List {}
  end
  for _, block in ipairs(blocks) do
    if block.t == "Header" and block.level == 1 then close() end
    slide:insert(block)
  end
  close()
  return out
end

--- Page 1 of the report stands before the table of contents: in a PDF under the title, in Word as its abstract.
local function front(doc)
  if not (t.TYPST or t.DOCX) then return nil end
  local kept = pandoc.Blocks {}
  for _, block in ipairs(doc.blocks) do
    if block.t == "Div" and block.classes:includes("une") then
      local content = block.content
      if t.DOCX then
        doc.meta["abstract-title"] = pandoc.MetaInlines(content[1].content)
        content:remove(1)
      end
      doc.meta[t.DOCX and "abstract" or "une"] = pandoc.MetaBlocks(content)
    else
      kept:insert(block)
    end
  end
  doc.blocks = kept
  return doc
end

--- The dossier alone, or in the tree of the spreadsheet after the report, with numbers of its own.
local function dossier(doc)
  local blocks, own = pandoc.Blocks {}, nil
  for _, block in ipairs(doc.blocks) do
    if block.t == "Div" and block.classes:includes("document") and block.attributes.nom == t.DOSSIER then own = block
    else blocks:insert(block) end
  end
  if not own then return nil end
  if t.TREE then
    numeros.restart("Dossier, ")
    blocks:extend(pandoc.Blocks(own.content):walk(numeros.count))
    doc.blocks = blocks
    return doc
  end
  if not t.HTML then identifiants.keep(blocks) end
  numeros.restart()
  doc.blocks = pandoc.Blocks(own.content):walk(numeros.count)
  doc.blocks:extend(blocks:filter(function(block) return block.t == "CodeBlock" and block.classes:includes("carte") end))
  return doc
end

local function choose(doc)
  if t.document == t.DOSSIER or t.TREE then return dossier(doc) end
  if not t.document then return front(doc) end
  local chosen
  for _, block in ipairs(doc.blocks) do
    if block.t == "Div" and block.classes:includes("document") then chosen = block end
  end
  if not chosen then
    if doc.meta.document then t.problem("document inconnu : " .. t.document) end
    return nil
  end
  local blocks = chosen.content:walk { Div = taken_up(numbered_elements(doc)) }
  if t.PPTX then blocks = noted(blocks, readings(doc)) end
  doc.blocks = pandoc.Blocks(blocks):walk { Div = tuiles.drawn }
  return doc
end

return { choose = choose }
