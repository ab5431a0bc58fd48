-- Under Quarto, the finished text is put aside while Quarto's own filters run: they would number, wrap and move it again.

local t = require("filtre.outils")

local M = {}
local kept                            -- the blocks put aside

function M.put(doc)
  if not t.QUARTO then return nil end
  kept = doc.blocks
  doc.blocks = { pandoc.Para {} }
  return doc
end

function M.back(doc)
  doc.blocks = kept
  return doc
end

return M
