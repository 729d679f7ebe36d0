--- Text for people: what a message to a chat or a pager needs. local text = require "text"

---@class text
local text = {}

--- Invisible characters that change what a reader sees: marks, embeddings, overrides, isolates.
local bidi = {
  "\u{061C}", "\u{200E}", "\u{200F}",
  "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}", "\u{202E}",
  "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}",
}

local ELLIPSIS = "…"

local function need(name, position, value, wanted)
  if type(value) ~= wanted then
    error(name .. ": argument " .. position .. " is a " .. type(value) .. ", expected a " .. wanted, 3)
  end
end

--- Where character number `count` + 1 begins, nil when there are no more than `count`. Counts bytes
--- that begin a character, so that broken UTF-8 is no error.
local function behind(s, count)
  local at, size = 1, #s
  while count > 0 and at <= size do
    at = s:find("[^\x80-\xBF]", at + 1) or size + 1
    count = count - 1
  end
  return at <= size and at or nil
end

--- The first `most` characters; what was cut ends in "…", which counts.
---@param s string?
---@param most integer
---@return string
function text.truncate(s, most)
  if s == nil then return "" end
  need("text.truncate", 1, s, "string")
  need("text.truncate", 2, most, "number")
  if not behind(s, most) then return s end
  if most < 1 then return "" end
  return s:sub(1, (behind(s, most - 1) or 1) - 1) .. ELLIPSIS
end

--- At most `most` bytes, never half a character; what was cut ends in "…" where that fits.
---@param s string?
---@param most integer
---@return string
function text.truncate_bytes(s, most)
  if s == nil then return "" end
  need("text.truncate_bytes", 1, s, "string")
  need("text.truncate_bytes", 2, most, "number")
  if #s <= most then return s end
  local mark = most >= #ELLIPSIS and ELLIPSIS or ""
  local size = most - #mark
  while size > 0 and s:find("^[\x80-\xBF]", size + 1) do size = size - 1 end
  return s:sub(1, size) .. mark
end

--- Without control and bidirectional characters; a tab or a line's end becomes a blank, or stays
--- where `keep_lines` is true.
---@param s string?
---@param keep_lines? boolean
---@return string
function text.strip_control(s, keep_lines)
  if s == nil then return "" end
  need("text.strip_control", 1, s, "string")
  if keep_lines then
    s = s:gsub("[\0-\8\11-\31\127]", "")
  else
    s = s:gsub("\r?[\n\t]", " "):gsub("%c", "")
  end
  s = s:gsub("\xC2[\x80-\x9F]", "")
  for _, mark in ipairs(bidi) do
    if s:find(mark, 1, true) then s = s:gsub(mark, "") end
  end
  return s
end

return text
