local function count(list, test)
  local n = 0
  for _, item in ipairs(list) do
    if test(item) then n = n + 1 end
  end
  return n
end

function rule(event)
  local limit = event.limit
  local big = count(event.items, function(item)
    local inner = function() return item > limit or item == -1 end
    return inner()
  end)
  local never = function(x) return x and limit end
  return big > 1 and never ~= nil
end
