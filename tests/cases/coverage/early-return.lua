function rule(event)
  if not event.name then return end
  if event.name == "" then return nil end
  do
    if event.name == "a" then return true end
  end
  return
end
