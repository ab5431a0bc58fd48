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
    or text:find("« ", 1, true) or text:find("n° ", 1, true) or text:find("'", 1, true)
end

local function french_spaces(inlines)
  if not concerned(t.stringify(inlines)) then return nil end
  local changed, formula = false, false
  for i, inline in ipairs(inlines) do
    local kind = inline.t
    if kind == "Space" or kind == "SoftBreak" then
      local space = space_between(edge(inlines[i - 1], -1) or "", edge(inlines[i + 1], 1) or "")
      if space then inlines[i], changed = pandoc.Str(space), true end
    elseif kind == "Str" and inline.text:find("'", 1, true) then
      inline.text = inline.text:gsub("([%w\128-\255])'([%w\128-\255])", "%1’%2")
      inlines[i], changed = inline, true
    elseif kind == "Math" then
      formula = true
    end
  end
  if not changed then return nil end
  return formula and t.HTML and boxed_formulas(inlines) or inlines
end

return { Inlines = french_spaces }
