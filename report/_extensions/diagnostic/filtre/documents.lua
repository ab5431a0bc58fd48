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
  doc:walk { Figure = keep, Table = keep, Div = function(div)
    if div.classes:includes("seul") then found[div.attributes.nom] = div end  -- a table of one row, said in a sentence
  end }
  return found
end

--- A table with its first columns and rows alone, as many as are asked for; anything else as it is.
local function shortened(element, columns, rows)
  if element.t ~= "Table" or not (columns or rows) then return element end
  local function first(list, most) return List(list):filter(function(_, at) return at <= (most or #list) end) end
  local function cut(row) row.cells = first(row.cells, columns); return row end
  local specs = first(element.colspecs, columns)
  element.colspecs = specs:map(function(spec, at) return { spec[1], at == 1 and .46 or .54 / (#specs - 1) } end)
  element.head.rows = element.head.rows:map(cut)
  for _, body in ipairs(element.bodies) do body.body = first(body.body, rows):map(cut) end
  return element
end

--- What is seen, without what is drawn, which the title of the slide says: the image is larger for it.
local function first_sentence(inlines)
  local _, last = inlines:find_if(function(one) return one.t == "Str" and one.text:match("%.$") ~= nil end)
  return last and pandoc.Inlines { table.unpack(inlines, 1, last) } or inlines
end

--- The figure or table of the report that an empty block names.
local function taken_up(found)
  return function(div)
    if not div.classes:includes("reprise") then return nil end
    local element = found[div.attributes.de]
    if not element then t.problem("reprise inconnue : " .. (div.attributes.de or "")); return {} end
    if element.t == "Div" then return element.content end
    local width, caption = div.attributes.largeur, element.caption.long[1]
    return shortened(element:clone(), tonumber(div.attributes.colonnes), tonumber(div.attributes.lignes)):walk { Image = function(image)
      if width then image.attributes.width = width end
      if t.PPTX and caption then  -- on a slide the words of the image are printed, those of the figure are not
        image.attributes["fig-alt"] = image.attributes["fig-alt"] or t.stringify(image.caption)
        image.caption = first_sentence(caption.content)
      end
      return image
    end }
  end
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

--- Each slide has in its notes what to say of it: what the speaker wrote there, and how its figure is read.
local function noted(blocks, read)
  local out, slide = List {}, List {}
  local function close()
    local notes, said = nil, List {}
    for _, block in ipairs(slide) do
      if block.t == "Div" and block.classes:includes("notes") then notes = block end
    end
    pandoc.Blocks(slide):walk { Figure = function(f) said:extend(read[f.identifier] or {}) end }
    if #said > 0 then
      if not notes then notes = pandoc.Div({}, t.attr("", { "notes" })); slide:insert(notes) end
      notes.content:extend(said)
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
        content = content:walk { Image = function(image)  -- Word's face is wider: page 1 holds what follows its figure
          image.attributes.width = math.floor((tonumber((image.attributes.width or "100%"):match("%d+")) or 100) * (doc.meta.logo and .6 or .8)) .. "%"
          return image
        end }
        if doc.meta.logo then  -- put before the title where the file is finished (`office/docx.py`)
          local image = pandoc.Image(doc.meta["logo-alt"], t.stringify(doc.meta.logo), "", t.attr("", {}, { { "height", "11mm" } }))
          content:insert(1, pandoc.Div({ pandoc.Para { image } }, t.attr("", {}, { { "custom-style", "Logo" } })))
        end
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
