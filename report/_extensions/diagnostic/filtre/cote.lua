-- Under Quarto, the finished text is put aside while Quarto's own filters run: they would number, wrap and move it again.

local t = require("filtre.outils")

local M = {}
local FRONT = { "abstract", "une" }    -- page 1, which the metadata hold (see `documents`)
local kept = {}                       -- the blocks put aside, and those of page 1

function M.put(doc)
  if not t.QUARTO then return nil end
  kept.blocks, doc.blocks = doc.blocks, { pandoc.Para {} }
  for _, name in ipairs(FRONT) do kept[name], doc.meta[name] = doc.meta[name], nil end
  return doc
end

function M.back(doc)
  doc.blocks = kept.blocks
  for _, name in ipairs(FRONT) do doc.meta[name] = kept[name] end
  return doc
end

return M
