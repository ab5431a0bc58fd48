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
