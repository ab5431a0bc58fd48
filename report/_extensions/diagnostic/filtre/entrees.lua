-- What may enter the document: blocks of some formats only, images of the folder `figures`, plain links.

local t, encadres = require("filtre.outils"), require("filtre.encadres")

--- Numbered elements in a block that some formats drop would shift every later number there.
local function refuse_numbered(div, class)
  local function check(element)
    local id = element.identifier
    local numbered = element.t == "Header" and not element.classes:includes("unnumbered")
    if numbered or id:match("^fig%-") or id:match("^tbl%-") then
      t.problem("élément numéroté dans un bloc « " .. class .. " » : " .. (id ~= "" and id or t.stringify(element)))
    end
  end
  div:walk { Header = check, Figure = check, Table = check }
end

local KEPT = { ["html-seulement"] = t.HTML, ["imprime-seulement"] = not t.HTML }

local function conditional(div)
  for _, class in ipairs(div.classes) do
    if class == "refus" then            -- a block that the team wrote and that may not be printed as it is
      for _, block in ipairs(div.content) do t.problem(t.stringify(block)) end
      return {}
    end
    if class == "document" and div.attributes.nom ~= t.document and not (t.TREE and div.attributes.nom == t.DOSSIER) then
      return {}
    end
    if KEPT[class] ~= nil then
      div = div:walk { Div = encadres.titled }  -- this walk does not come back here
      refuse_numbered(div, class)
      return KEPT[class] and div.content or {}
    end
  end
end

--- Cards are for the page, whose numbers open them, and for the spreadsheet, that lists them.
local function card(block)
  if block.classes:includes("carte") and not (t.HTML or t.TREE) then return {} end
end

--- Words of one format inside a sentence.
local function conditional_words(span)
  for _, class in ipairs(span.classes) do
    if KEPT[class] ~= nil then return KEPT[class] and span.content or {} end
  end
end

local function check_file(name)
  if not name:match("^figures/[%w._-]+$") then return t.problem("image hors du dossier figures : " .. name) end
  local file = io.open(name, "rb")
  if file then file:close() else t.problem("image introuvable : " .. name) end
end

--- An image with its alternative text; in Typst, that pandoc writes without one, as a call of our own.
local function image(img)
  if t.DOCX or t.PPTX then img.src = img.src:gsub("%.svg$", ".png") end
  check_file(img.src)
  local alt = img.attributes["fig-alt"] or t.stringify(img.caption)
  if alt == "" then t.problem("image sans texte de remplacement : " .. img.src) end
  img.attributes["fig-alt"] = nil
  if t.PPTX then img.title = alt; return img end  -- the caption under it is its own (see `documents`)
  img.caption = { pandoc.Str(alt) }
  if not t.TYPST then return img end
  local width = img.attributes.width
  if width and not width:match("^[%d.]+[%%a-z]+$") then t.problem("largeur d’image sans unité : " .. width) end
  return t.raw("#image(" .. t.typst_string(img.src) .. ", alt: " .. t.typst_string(alt) .. (width and ", width: " .. width or "") .. ")")
end

local SCHEMES = { http = true, https = true, mailto = true }

local function link(element)
  local scheme = element.target:match("^(%a[%w+.-]*):")
  if scheme and not SCHEMES[scheme:lower()] then t.problem("lien refusé : " .. element.target) end
  local data = not scheme and element.target:match("^(figures/.*%.csv)$")
  if data then check_file(data); return nil end
  local page = not scheme and not t.HTML and element.target:match("^([%w-]+)%.html")
  if page then element.target = page .. ".pdf"; return element end  -- from paper to paper
end

return { card = card, conditional = conditional, conditional_words = conditional_words, image = image, link = link }
