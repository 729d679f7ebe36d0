---@meta

--- The value at a dotted path, or the default where there is none. `\.` is a dot inside a key, a
--- number counts the elements of a list from 1.
---@param event any
---@param path string
---@param default? any
---@return any
function get(event, path, default) end

--- Whether the value or function holds for an element. A single value is a list of one, nil an
--- empty list.
---@param list any
---@param test any value to be equal to, or function(element)
---@return boolean
function any(list, test) end

--- Whether the value or function holds for every element, and there is one.
---@param list any
---@param test any value to be equal to, or function(element)
---@return boolean
function all(list, test) end

--- Whether the value is one of the others, or of the lists among them. nil is none of them.
---@param value any
---@param ... any
---@return boolean
function one_of(value, ...) end

--- `*` stands for any characters, `?` for one, all else for itself.
---@param s string?
---@param pattern string
---@return boolean
function glob(s, pattern) end

---@class Note
---@field note "duplicate-key"|"invalid-utf8"|"lone-surrogate"|"nul"|"long-integer"|"huge-number"|"omitted"|"more"
---@field path? string what `get` takes; "" is the table that was asked about
---@field count? integer of "more": how many are not listed

--- What is odd about the event, or a table in it: what had to be mended, and what others may read
--- differently. Only in rules.
---@param event any
---@param note? string only those of this name
---@return Note[]
function event_notes(event, note) end
