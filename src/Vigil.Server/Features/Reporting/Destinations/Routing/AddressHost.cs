namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>The host that an address names.</summary>
internal static class AddressHost
{
    /// <summary>Name or IP address in lower case, without port. What is no URL of a host is one of its own.</summary>
    public static string Of(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && url.IdnHost.Length > 0
            ? url.IdnHost.TrimEnd('.').ToLowerInvariant()
            : address.Trim().ToLowerInvariant();
}
