function rule(event)
  local n = assert(tonumber(event.n or "7"), "no number")
  if any(event.items, function(item) return item.a and item.a > n end) then
    return all(event.items, function(item)
      return type(item) == "table"
    end)
  end
  return one_of(event.name, "x", "y") and true
end
