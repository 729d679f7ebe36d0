function rule(event)
  if event.n > 10 then
    return true
  else
    return false
  end
end
