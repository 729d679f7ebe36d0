local function kind(n)
  if n == 1 then
    return "one"
  elseif n == 2 then
    return "two"
  elseif n == 3 then
    return "three"
  else
    return "many"
  end
end

function rule(event)
  return kind(event.n) == "one"
end
