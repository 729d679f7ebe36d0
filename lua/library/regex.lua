---@meta

--- Perl-compatible expressions.
---@class regex
regex = {}

--- The groups, or the whole match where there are none; nil for no match.
---@param s string?
---@param re string
---@return string? ...
function regex.match(s, re) end

--- Whether it matches.
---@param s string?
---@param re string
---@return boolean
function regex.test(s, re) end

--- Where the match begins and ends, or nil.
---@param s string?
---@param re string
---@return integer? first
---@return integer? last
function regex.find(s, re) end

--- Every match replaced; `$1` is a group, `$0` the match, `$$` a dollar.
---@param s string?
---@param re string
---@param with string
---@return string?
function regex.replace(s, re, with) end
