function rule(event)
  local n = event.n
  repeat
    local half = n // 2
    n = half
  until half < 2
  return n == 1
end
