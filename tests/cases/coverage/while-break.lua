function rule(event)
  local n, steps = event.n, 0
  while n > 0 do
    n = n - 1
    steps = steps + 1
    if steps > 5 then
      break
    end
  end
  return steps == 3
end
