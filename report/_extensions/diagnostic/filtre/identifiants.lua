--[[ On paper no number can open its card: each leads to its identifier, listed in an annex (`::: {.identifiants}`) by
section, then by table, in the order of the document. No mark stands beside a number, where it would read as a power. ]]

local t = require("filtre.outils")
local List = pandoc.List

local LIST = "identifiants"

local function is_fact(span) return span.classes:includes("fact") end

local function anchor(n) return "fait_" .. n end

--- Numbers in reading order, under the section or the table they stand in; each id has one anchor.
local function gathered(doc)
  local sections, tables = List {}, List {}
  local place = "Première page"         -- what stands before every heading
  local function collect(title, element, into)
    local entry = { title = title, facts = List {}, seen = {} }
    element:walk { Span = function(span)
      if not is_fact(span) then return nil end
      local id, text = span.attributes.fact, t.stringify(span)
      local key = id .. "\n" .. text
      if entry.seen[key] then return nil end
      entry.seen[key] = true
      entry.facts:insert { id = id, text = text }
    end }
    if #entry.facts > 0 then into:insert(entry) end
  end
  doc:walk {
    traverse = "topdown",
    Header = function(h) place = t.stringify(h); return h, false end,
    Table = function(element)
      local label = t.stringify(element.caption.long):match("^Tableau" .. t.NBSP .. "%d+") or "Tableau sans numéro"
      collect(label, element, tables)
      return element, false
    end,
    Para = function(p) collect(place, p, sections); return p, false end,
    Plain = function(p) collect(place, p, sections); return p, false end,
  }
  local merged, by_title = List {}, {}
  for _, entry in ipairs(sections) do
    local known = by_title[entry.title]
    if known then
      for _, fact in ipairs(entry.facts) do
        local key = fact.id .. "\n" .. fact.text
        if not known.seen[key] then known.seen[key] = true; known.facts:insert(fact) end
      end
    else
      by_title[entry.title] = entry
      merged:insert(entry)
    end
  end
  return merged .. tables
end

--- The rank of each id in a list, its first place marked.
local function ranked(all)
  local rank, ranks = 0, {}
  for _, entry in ipairs(all) do
    for _, fact in ipairs(entry.facts) do
      if not ranks[fact.id] then rank = rank + 1; ranks[fact.id] = rank; fact.first = true end
    end
  end
  return ranks
end

local function listed(all, ranks)
  local out = List {}
  for _, entry in ipairs(all) do
    local inlines = List { pandoc.Strong(entry.title), pandoc.Str(t.NBSP .. ":"), pandoc.Space() }
    for i, fact in ipairs(entry.facts) do
      if i > 1 then inlines:extend { pandoc.Str(t.NNBSP .. ";"), pandoc.Space() } end
      local code = pandoc.Code(fact.id)
      if fact.first then code = pandoc.Span({ code }, t.attr(anchor(ranks[fact.id]))) end
      inlines:extend { pandoc.Str(fact.text .. t.NBSP), code }
    end
    out:insert(pandoc.Para(inlines))
  end
  return out
end

--- The numbers of the report, for the dossier that lists them.
local of_report = List {}

local function keep(blocks)
  of_report = gathered(pandoc.Pandoc(blocks)):map(function(entry)
    entry.title = "Rapport, " .. entry.title:gsub("^%u%l", string.lower)
    return entry
  end)
end

local function on_paper(doc)
  if not (t.DOCX or t.TYPST) or (t.document and t.document ~= t.DOSSIER) then return nil end
  local wanted = false
  doc:walk { Div = function(div) wanted = wanted or div.classes:includes(LIST) end }
  if not wanted then return nil end
  local all = of_report .. gathered(doc)
  local ranks = ranked(all)
  doc = doc:walk {
    traverse = "topdown",
    Header = function(h) return h, false end,
    Span = function(span)
      if is_fact(span) then return pandoc.Link(span.content, "#" .. anchor(ranks[span.attributes.fact])), false end
    end,
  }
  return doc:walk { Div = function(div)
    if not div.classes:includes(LIST) then return nil end
    local blocks = listed(all, ranks)
    if t.TYPST then return List { t.raw_block("#repertoire[") } .. blocks .. List { t.raw_block("]") } end
    return pandoc.Div(blocks, t.attr("", {}, { { "custom-style", "Footnote Text" } }))
  end }
end

return { keep = keep, on_paper = on_paper }
