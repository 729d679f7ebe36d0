function rule(event)
  if event.a and event.b or
    event.c and
    not event.d then
    return true
  end
  return false
end
