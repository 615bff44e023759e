using System.Globalization;
using System.Net;

namespace Vigil.Trust;

/// <summary>
/// The operator's list of places that may be called, and the rules of what a call may be: https, or http to a
/// loopback address that is listed; no user in the address; special addresses only where they are listed.
/// </summary>
internal sealed class AllowList
{
    private const int MaxUrlCharacters = 2048;
    private const int MaxEntries = 1000;

    private readonly HashSet<(string Host, int Port)> _names = [];
    private readonly List<(IPNetwork Network, int Port)> _networks = [];

    /// <exception cref="ArgumentException">An entry is none.</exception>
    public AllowList(IReadOnlyList<string> entries)
    {
        if (entries.Count > MaxEntries)
        {
            throw new ArgumentException($"At most {MaxEntries} places can be allowed.", nameof(entries));
        }
        foreach (var entry in entries)
        {
            Add(entry.Trim());
        }
    }

    /// <exception cref="OutboundException">It may not be called; the text says why.</exception>
    public void Check(Uri url)
    {
        if (!url.IsAbsoluteUri || url.OriginalString.Length > MaxUrlCharacters)
        {
            throw new OutboundException(
                "bad_url",
                $"An address is whole, as https://host/path, and has at most {MaxUrlCharacters} characters."
            );
        }
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            throw new OutboundException("bad_url", "An address has no user and no fragment here.");
        }
        if (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp)
        {
            throw new OutboundException("bad_url", "An address begins with https://.");
        }
        if (url.Scheme == Uri.UriSchemeHttp && !IsLoopbackName(url))
        {
            throw new OutboundException("not_https", "http is for this machine only: use https.");
        }
        CheckHost(url.IdnHost, url.Port);
    }

    /// <inheritdoc cref="Check"/>
    public void CheckHost(string host, int port)
    {
        var isListed = IPAddress.TryParse(host, out var address)
            ? IsListed(address, port)
            : _names.Contains((host.ToLowerInvariant(), port));
        if (!isListed)
        {
            throw new OutboundException(
                "not_allowed",
                "The operator of this installation has not allowed this host and port: "
                    + "add 'host:port' to the allow-list of outgoing calls (vigil serve --allow-outbound)."
            );
        }
    }

    /// <summary>Of what a name gave: each address must be public or listed, or none is used.</summary>
    /// <exception cref="OutboundException">One may not be called.</exception>
    public void CheckAddresses(IReadOnlyCollection<IPAddress> addresses, int port, bool mustBeLoopback)
    {
        if (addresses.Count == 0)
        {
            throw new OutboundException("name_not_found", "The host's name has no address.");
        }
        if (addresses.Any(address => SpecialAddresses.Contains(address) && !IsListed(address, port)))
        {
            throw new OutboundException(
                "special_address",
                "The host's name leads to an address inside a network or machine that the operator did not allow."
            );
        }
        if (mustBeLoopback && !addresses.All(IPAddress.IsLoopback))
        {
            throw new OutboundException("not_https", "http is for this machine only: use https.");
        }
    }

    private bool IsListed(IPAddress address, int port) =>
        address is not { AddressFamily: System.Net.Sockets.AddressFamily.InterNetworkV6, ScopeId: not 0 }
        && _networks.Any(entry => entry.Port == port && entry.Network.Contains(address));

    private static bool IsLoopbackName(Uri url) =>
        url.IdnHost == "localhost"
        || (IPAddress.TryParse(url.IdnHost, out var address) && IPAddress.IsLoopback(address));

    private void Add(string entry)
    {
        var colon = entry.LastIndexOf(':');
        if (
            colon <= 0
            || !int.TryParse(
                entry.AsSpan(colon + 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var port
            )
            || port is < 1 or > 65535
        )
        {
            throw Refused(entry);
        }
        var host = entry[..colon];
        var bare = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        if (IPAddress.TryParse(bare, out var address))
        {
            _networks.Add((new IPNetwork(address, address.GetAddressBytes().Length * 8), port));
        }
        else if (IPNetwork.TryParse(bare, out var network))
        {
            _networks.Add((network, port));
        }
        else if (Uri.CheckHostName(host) == UriHostNameType.Dns)
        {
            _names.Add((new UriBuilder("https", host).Uri.IdnHost.ToLowerInvariant(), port));
        }
        else
        {
            throw Refused(entry);
        }
    }

    private static ArgumentException Refused(string entry) =>
        new(
            $"'{entry}' is no place to call: write host:port, [v6 address]:port, or network/length:port.",
            nameof(entry)
        );
}
