--[[ The report's pandoc filter, in the order in which its parts must run (each in its own file in `filtre/`).

The same under Quarto, whose own filters are left nothing to number or to move (see `cote`). Run from the folder that holds it, or as an extension. Ends with code 70 and one line per problem on the standard error. ]]

local t = require("filtre.outils")
local entrees, espaces = require("filtre.entrees"), require("filtre.espaces")
local fiches, encadres = require("filtre.fiches"), require("filtre.encadres")
local numeros, documents = require("filtre.numeros"), require("filtre.documents")
local cote = require("filtre.cote")
local identifiants, tableaux = require("filtre.identifiants"), require("filtre.tableaux")

-- Which renderer made the document: metadata `moteur`, else what is running.
local engine

local function read_engine(meta)
  if not meta.title then t.problem("titre absent (ligne « title: » de l’en-tête)") end
  if t.QUARTO then
    local version = quarto.version
    engine = "Quarto " .. (type(version) == "table" and table.concat(version, ".") or tostring(version))
  else
    engine = meta.moteur and t.stringify(meta.moteur) or "pandoc " .. tostring(PANDOC_VERSION)
  end
  t.document = meta.document and t.stringify(meta.document) or t.PPTX and "restitution" or nil
  if t.document == t.DOSSIER then
    meta.title, meta.description = pandoc.MetaString("Dossier de vérification"), meta["description-dossier"]
  end
  meta.date, meta.jour = meta.jour or meta.date, nil  -- as the study writes it: Quarto would read « 1er novembre » as no date
  engine = engine:gsub(" (%d)", t.NBSP .. "%1")
  meta.moteur = engine
  t.stamp = meta.tampon and t.stringify(meta.tampon) or nil
  meta.lang = t.DOCX and "fr-FR" or "fr"
  if t.HTML and meta.subtitle then meta["subtitle-meta"] = t.stringify(meta.subtitle) end
  if t.TYPST then meta.auteurs, meta["mots-cles"] = t.typst_strings(meta.author), t.typst_strings(meta.keywords) end
  if t.TYPST and meta.logo then
    local file, alt = t.typst_string(t.stringify(meta.logo)), t.typst_string(t.stringify(meta["logo-alt"]))
    meta["image-logo"] = pandoc.MetaInlines { t.raw("image(" .. file .. ", height: 11mm, alt: " .. alt .. ")") }
  end
  if t.PPTX then meta["toc-title"] = nil end  -- Quarto's, of a contents that slides do not have
  if t.DOCX then                      -- Word's own pages show what the page and the PDF show
    meta["toc-title"], meta.abstract, meta["abstract-title"] = "Sommaire", meta.description, " "
  end
  return meta
end

--- In Word nothing keeps a paragraph off the table above it.
local function apart(blocks)
  local out, changed = pandoc.Blocks {}, false
  for i, block in ipairs(blocks) do
    out:insert(block)
    local after = blocks[i + 1]
    if block.t == "Table" and after and after.t ~= "Table" and after.t ~= "Header" and after.t ~= "Figure" then
      out:insert(t.raw_block('<w:p><w:pPr><w:pStyle w:val="CalloutSpace"/></w:pPr></w:p>'))
      changed = true
    end
  end
  return changed and out or nil
end

local function name_engine(span)
  if not span.classes:includes("moteur") then return nil end
  if not t.TYPST then return pandoc.Str(engine) end
  return { pandoc.Str(engine .. " et Typst" .. t.NBSP), t.raw("#sys.version") }
end

local function finish(doc)
  fiches.complete()
  t.stop_if_any()
  if t.DOCX then return doc:walk { Blocks = apart } end
  if t.TYPST then return doc:walk { Str = t.typst_read(doc) and t.typst_text }:walk { Table = tableaux.grouped } end
  if not t.HTML then return nil end
  return doc:walk { Header = function(h)
    h.level = h.level + 1             -- the only h1 is the title
    if t.stamp then h.content:extend { pandoc.Space(), pandoc.Span({ pandoc.Str(t.stamp) }, t.attr("", { "tampon" })) } end
    return h
  end }
end

--- An identifier beside words is told apart from them.
local function identifier(span)
  if not span.classes:includes("identifiant") or not t.TYPST then return nil end
  span.content:insert(1, t.raw("#text(fill: discret)["))
  span.content:insert(t.raw("]"))
  return span.content
end

--- The first of several functions that has something to say about an element.
local function first_of(...)
  local functions = { ... }
  return function(element)
    for _, f in ipairs(functions) do
      local result = f(element)
      if result ~= nil then return result end
    end
  end
end

-- As few walks through the document as the order allows: each costs.
local enter = {
  traverse = "topdown", Header = fiches.heading, Div = entrees.conditional, Span = entrees.conditional_words,
  Table = tableaux.named, CodeBlock = entrees.card,
}
local leave = {
  Image = entrees.image, Link = entrees.link, Span = first_of(fiches.fact, name_engine, identifier), CodeBlock = fiches.card,
}
enter.Div = first_of(entrees.conditional, encadres.titled)
leave.Div = first_of(encadres.callout, encadres.lead, numeros.read_figure)
leave.Cite, leave.Math = numeros.reference, numeros.formula
return { { Meta = read_engine }, enter, espaces, numeros.count, { Pandoc = documents.choose }, { Pandoc = identifiants.on_paper }, leave, { Pandoc = finish }, { Pandoc = cote.put } }
