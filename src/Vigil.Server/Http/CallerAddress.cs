using System.Net;
using System.Net.Sockets;

namespace Vigil.Server.Http;

/// <summary>Whose tries are counted as one caller's.</summary>
internal static class CallerAddress
{
    private const int NetworkBytes = 8;

    /// <summary>An IPv4 address; of IPv6 the network of 64 bits, all of whose addresses one caller has.</summary>
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null)
        {
            return IPAddress.None;
        }
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, NetworkBytes, bytes.Length - NetworkBytes);
        return new IPAddress(bytes);
    }
}
