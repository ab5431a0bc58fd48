-- What every part of the filter shares: the format, raw output, the list of problems.

local M = {}

M.HTML, M.TYPST, M.DOCX = FORMAT:match("^html") ~= nil, FORMAT == "typst", FORMAT == "docx"
M.PPTX, M.TREE = FORMAT == "pptx", FORMAT == "json"   -- the tree: what the spreadsheet of tables is read from
M.DOSSIER = "dossier"                 -- the second document of the source, numbered after the report and on its own
M.document = nil                      -- the name of the short document asked for (see `documents`); nil for the report
M.QUARTO = quarto ~= nil
M.NBSP, M.NNBSP, M.ENSP = "\u{a0}", "\u{202f}", "\u{2002}"
M.stringify = pandoc.utils.stringify

local target = M.TYPST and "typst" or (M.DOCX or M.PPTX) and "openxml" or "html"
function M.raw(text) return pandoc.RawInline(target, text) end
function M.raw_block(text) return pandoc.RawBlock(target, text) end

--- Attributes come as a list of pairs: the order of a keyed table changes from one run to the next.
function M.attr(id, classes, pairs_) return pandoc.Attr(id or "", classes or {}, pairs_ or {}) end

function M.typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("%s+", " ") .. '"'
end

-- What pandoc's writer leaves to Typst, which reads dashes, an ellipsis, a minus, a comment or an address there.
local READ = { "%-%-", "%.%.%.", "%-%?", "^%-%d", "//", "/%*" }
local function read_by_typst(text)
  for _, sign in ipairs(READ) do if text:find(sign) then return true end end
  return false
end

--- A word that Typst would read so, as a string of its code: printed as it is given.
function M.typst_text(word)
  return read_by_typst(word.text) and M.raw("#" .. M.typst_string(word.text) .. ";") or nil
end

--- Whether a document has such a word: most have none, and to look at each costs.
function M.typst_read(doc)
  local text = M.stringify(doc.blocks)
  for _, value in pairs(doc.meta) do text = text .. " " .. M.stringify(value) end
  return read_by_typst(text)
end

--- The texts of a metadata value, one or several, each as a string of Typst's code.
function M.typst_strings(value)
  local several = pandoc.utils.type(value) == "List" and value or value and { value } or {}
  local out = pandoc.List {}
  for _, one in ipairs(several) do out:insert(pandoc.MetaInlines { M.raw(M.typst_string(M.stringify(one))) }) end
  return out
end

function M.html_attribute(text)
  return (text:gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;"):gsub(">", "&gt;"))
end

local problems = pandoc.List {}
function M.problem(text)
  if not problems:includes(text) then problems:insert(text) end
end

--- Ends pandoc with code 70 and one line per problem: no document leaves with a dead reference.
function M.stop_if_any()
  if #problems == 0 then return end
  io.stderr:write(table.concat(problems, "\n"), "\n")
  os.exit(70)
end

return M
