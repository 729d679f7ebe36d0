function rule(event)
  if event.a then
    if event.b then
      return true
    end
    local rest = event.c
    if rest then
      return true
    end
  end
  return false
end
