---@meta

--- Addresses and networks, IPv4 and IPv6.
---@class cidr
cidr = {}

--- Whether the network, or one of a list of them, holds the address.
---@param network string|string[]
---@param ip string?
---@return boolean
function cidr.contains(network, ip) end

--- Private, shared, loopback or link-local.
---@param ip string?
---@return boolean
function cidr.is_private(ip) end

--- Whether it is an address.
---@param s string?
---@return boolean
function cidr.is_ip(s) end
