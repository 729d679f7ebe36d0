---@meta

--- Digests in lower-case hex, and base64.
---@class hash
hash = {}

---@param s string?
---@return string?
function hash.md5(s) end

---@param s string?
---@return string?
function hash.sha1(s) end

---@param s string?
---@return string?
function hash.sha256(s) end

---@param s string?
---@return string?
function hash.base64(s) end

--- nil for what is no base64.
---@param s string?
---@return string?
function hash.unbase64(s) end
