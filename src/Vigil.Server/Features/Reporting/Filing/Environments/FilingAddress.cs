using Vigil.CyberTip.Service;
using Vigil.Server.Http;

namespace Vigil.Server.Features.Reporting.Filing.Environments;

/// <summary>Which address belongs to which environment. Pure.</summary>
internal static class FilingAddress
{
    private const int MaxCharacters = 500;
    private const string NcmecDomain = ".cybertip.org";

    /// <summary>The service's own for an environment.</summary>
    public static Uri DefaultOf(ReportEnvironment environment) =>
        environment == ReportEnvironment.Test ? CyberTipOptions.Test : CyberTipOptions.Production;

    /// <exception cref="ProblemException">It is no address for this environment; the text says why.</exception>
    public static Uri Check(ReportEnvironment environment, string? text)
    {
        var trimmed = text?.Trim() ?? "";
        if (
            trimmed.Length is 0 or > MaxCharacters
            || !Uri.TryCreate(trimmed, UriKind.Absolute, out var address)
            || address.UserInfo.Length > 0
            || address.Query.Length > 0
            || address.Fragment.Length > 0
        )
        {
            throw Refused(
                "bad_address",
                $"An address is as {DefaultOf(environment)}: without user, query and fragment."
            );
        }
        if (address.Scheme != "https" && !(address.Scheme == "http" && address.IsLoopback))
        {
            throw Refused("not_https", "Reports go by https; by http to a simulator on this machine only.");
        }
        if (WhyNot(environment, address) is { } why)
        {
            throw Refused(IsNcmecs(address) ? "other_environment" : "unknown_address", why);
        }
        return address;
    }

    /// <summary>NCMEC's own host of the environment, or this machine, for a simulator.</summary>
    public static bool BelongsTo(ReportEnvironment environment, Uri address) =>
        WhyNot(environment, address) is null;

    /// <summary>Why nothing goes there, and what to do; null: it may.</summary>
    public static string? WhyNot(ReportEnvironment environment, Uri address) =>
        HostOf(address) == DefaultOf(environment).IdnHost || address.IsLoopback ? null
        : IsNcmecs(address)
            ? $"This address is not the {environment.ToString().ToLowerInvariant()} environment's: that is "
                + $"{DefaultOf(environment)}. A report made in one environment cannot be sent to the other."
        : $"This address is not NCMEC's, and not on this machine: reports go to {DefaultOf(environment)}, and to a "
            + "simulator at 127.0.0.1 or localhost alone. Set one of these.";

    private static bool IsNcmecs(Uri address) =>
        $".{HostOf(address)}".EndsWith(NcmecDomain, StringComparison.Ordinal);

    private static string HostOf(Uri address) => address.IdnHost.TrimEnd('.').ToLowerInvariant();

    /// <summary>The service's own of this environment, no simulator.</summary>
    public static bool IsServices(ReportEnvironment environment, string address) =>
        new Uri(address)
            .IdnHost.TrimEnd('.')
            .Equals(DefaultOf(environment).IdnHost, StringComparison.OrdinalIgnoreCase);

    private static ProblemException Refused(string code, string text) =>
        ProblemException.BadRequest(code, text);
}
