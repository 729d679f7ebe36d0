function rule(event)
  local found = false
  for i, item in ipairs(event.items) do
    if item == "x" then
      found = i > 1
      break
    end
  end
  for key, value in pairs(event.map) do
    if key == "skip" or value == 1 then
      return found
    end
  end
  return false
end
