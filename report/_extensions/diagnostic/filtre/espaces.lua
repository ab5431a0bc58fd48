-- French no-break spaces and apostrophes, wherever plain ones were typed; code, formulas and addresses are left alone.

local t = require("filtre.outils")

local OPAQUE = { Code = true, Math = true, RawInline = true, Image = true, Note = true }

--- The text at one edge (1 first, -1 last) of an inline, however deep; nil for what is opaque.
local function edge(inline, side)
  if not inline or OPAQUE[inline.t] then return nil end
  if inline.t == "Str" then return inline.text end
  local content = inline.content
  return content and edge(content[side == 1 and 1 or #content], side)
end

local function space_between(before, after)
  if after:match("^[;!?][^%w]*$") then return t.NNBSP end
  if after:match("^[:%%][^%w]*$") or after:match("^»") or after:match("^€") then return t.NBSP end
  -- « soit 52 sur 61 »: two numbers and what joins them are read at once.
  if (before:match("%d$") and after == "sur") or (before == "sur" and after:match("^%d")) then return t.NBSP end
  if before:match("^[Ss]oit$") and after:match("^%d") then return t.NBSP end
  if before:match("«$") or (before:match("n°$") and after:match("^%d")) then return t.NBSP end
end

--- Browsers break a line beside a formula even at a no-break space: keep formula and sign in one box.
local function boxed_formulas(inlines)
  local out, i = pandoc.Inlines {}, 1
  while i <= #inlines do
    local formula, space, sign = inlines[i], inlines[i + 1], inlines[i + 2]
    local glued = formula.t == "Math" and sign and sign.t == "Str" and space.t == "Str"
    if glued and (space.text == t.NBSP or space.text == t.NNBSP) then
      out:insert(pandoc.Span({ formula, space, sign }, t.attr("", { "insecable" })))
      i = i + 3
    else
      out:insert(formula)
      i = i + 1
    end
  end
  return out
end

--- One look at the whole text spares most lists the walk through their elements.
local function concerned(text)
  return text:find(" [;!?:%%]") or text:find(" »", 1, true) or text:find(" €", 1, true)
    or text:find("%d sur ") or text:find("oit %d") or text:find("« ", 1, true) or text:find("n° ", 1, true) or text:find("'", 1, true)
end

--- The kind of each element of a list: whatever is asked of an element costs, so that it is asked once.
local function kinds_of(inlines)
  local kinds = {}
  for i = 1, #inlines do kinds[i] = inlines[i].t end
  return kinds
end

local function french_spaces(inlines)
  if not concerned(t.stringify(inlines)) then return nil end
  local kinds, words, changed, formula = kinds_of(inlines), {}, false, false
  local function beside(i, side)
    if kinds[i] ~= "Str" then return edge(inlines[i], side) or "" end
    words[i] = words[i] or inlines[i].text
    return words[i]
  end
  for i, kind in ipairs(kinds) do
    if kind == "Space" or kind == "SoftBreak" then
      local space = space_between(beside(i - 1, -1), beside(i + 1, 1))
      if space then inlines[i], kinds[i], words[i], changed = pandoc.Str(space), "Str", space, true end
    elseif kind == "Str" and beside(i):find("'", 1, true) then
      words[i] = words[i]:gsub("([%w\128-\255])'([%w\128-\255])", "%1’%2")
      inlines[i], changed = pandoc.Str(words[i]), true
    elseif kind == "Math" then
      formula = true
    end
  end
  if not changed then return nil end
  return formula and t.HTML and boxed_formulas(inlines) or inlines
end

--- On the page a number is a button, beside which a browser breaks the line: no sign of punctuation begins or ends a line.
local function held(inlines)
  if #inlines == 1 then return nil end
  local kinds, numbers, any = kinds_of(inlines), {}, false
  for i, kind in ipairs(kinds) do
    if kind == "Span" then numbers[i] = inlines[i].classes:includes("fact"); any = any or numbers[i] end
  end
  if not any then return nil end
  local function text(i) return kinds[i] == "Str" end
  local out, changed, i = pandoc.Inlines {}, false, 1
  while i <= #inlines do
    if text(i) and numbers[i + 1] or numbers[i] and text(i + 1) then
      local box = pandoc.Inlines {}
      while text(i) or numbers[i] do box:insert(inlines[i]); i = i + 1 end
      out:insert(pandoc.Span(box, t.attr("", { "insecable" })))
      changed = true
    else
      out:insert(inlines[i])
      i = i + 1
    end
  end
  return changed and out or nil
end

if not t.HTML then return { Inlines = french_spaces } end
return { Inlines = function(inlines)
  local spaced = french_spaces(inlines)
  return held(spaced or inlines) or spaced
end }
