function rule(event)
  if event.n == 0 then return false end
  if event.n == 1 then return false elseif event.n == 2 then return true else return false end
  while event.n == 3 do return true end
  return false
end
