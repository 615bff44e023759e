using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Environments;

/// <summary>
/// Since when reports of an environment go to whom they go to now: what a simulator took at an address before is not
/// reported, and its numbers are no numbers of the service.
/// </summary>
internal static class WhoIsThere
{
    /// <summary>Of destinations without such an address, and where none was ever set: always.</summary>
    public static async Task<DateTimeOffset> SinceAsync(
        Tx tx,
        string destination,
        ReportEnvironment environment
    ) =>
        destination == FilingKinds.CyberTip && await FilingEnvironment.FindAsync(tx, environment) is { } set
            ? set.AddressAt
            : DateTimeOffset.UnixEpoch;

    /// <summary>
    /// The address they go to now. A report that was on its way when the address was set anew was filed at the one of
    /// before, later than that. Empty: none was ever set, or the destination has none; then nothing speaks against it.
    /// </summary>
    public static async Task<string> AddressAsync(Tx tx, string destination, ReportEnvironment environment) =>
        destination == FilingKinds.CyberTip && await FilingEnvironment.FindAsync(tx, environment) is { } set
            ? set.Address
            : "";
}
