function rule(event)
  local sum = 0
  for i = 1, event.n do
    for j = i, 1, -1 do
      sum = sum + j
    end
  end
  for i = 1, 0 do
    sum = sum + i
  end
  if sum > 5 then return true end
  return false
end
