using System.Net;
using System.Net.Sockets;

namespace Vigil.Trust;

/// <summary>
/// Addresses that are no public host's: the IANA special-purpose registries for IPv4 and IPv6, multicast, and
/// every form that carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo). A table, because
/// <see cref="IPAddress.IsLoopback"/> does not know 0.0.0.0, ::, 169.254.169.254 or 64:ff9b::7f00:1.
/// </summary>
internal static class SpecialAddresses
{
    // https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry
    private static readonly IPNetwork[] Table =
    [
        .. new[]
        {
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // carrier-grade NAT
            "127.0.0.0/8", // loopback
            "169.254.0.0/16", // link-local, and the clouds' metadata services
            "172.16.0.0/12", // private
            "192.0.0.0/24", // IETF protocol assignments
            "192.0.2.0/24", // documentation
            "192.31.196.0/24", // AS112
            "192.52.193.0/24", // AMT
            "192.88.99.0/24", // 6to4 relays, retired
            "192.168.0.0/16", // private
            "192.175.48.0/24", // AS112
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4", // reserved, and broadcast
            "::/128", // unspecified
            "::1/128", // loopback
            "::/96", // IPv4-compatible, retired
            "::ffff:0:0/96", // IPv4-mapped
            "::ffff:0:0:0/96", // IPv4-translated
            "64:ff9b::/96", // NAT64
            "64:ff9b:1::/48", // NAT64, local
            "100::/64", // discard
            "2001::/23", // IETF, Teredo (2001::/32) among them
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4
            "2620:4f:8000::/48", // AS112
            "3fff::/20", // documentation
            "5f00::/16", // segment routing
            "fc00::/7", // unique local
            "fe80::/10", // link-local
            "fec0::/10", // site-local, retired
            "ff00::/8", // multicast
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>What IANA has given out as global unicast; the rest of IPv6 is nobody's yet.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    public static bool Contains(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // A zone ("%eth0") names a link of this machine.
            return address.ScopeId != 0 || !GlobalUnicast.Contains(address) || IsInTable(address);
        }
        return address.AddressFamily != AddressFamily.InterNetwork || IsInTable(address);
    }

    private static bool IsInTable(IPAddress address) => Table.Any(network => network.Contains(address));
}
