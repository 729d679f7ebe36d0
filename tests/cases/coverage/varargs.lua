local function first(...)
  if ... then
    local a = ...
    return a
  end
  return select("#", ...) == 0
end

function rule(event)
  return first(event.a, event.b) == first(event.c) and true
end
