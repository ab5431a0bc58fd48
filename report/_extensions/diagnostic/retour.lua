-- After Quarto's own filters: the text that `filtre.lua` had put aside.

return { { Pandoc = require("filtre.cote").back } }
