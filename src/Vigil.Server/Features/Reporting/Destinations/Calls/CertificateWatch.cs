using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>How long a client certificate still lets reports through.</summary>
internal enum CertificateStanding
{
    Good,

    /// <summary>Within <see cref="CertificateWatch.Soon"/>.</summary>
    EndsSoon,

    /// <summary>Nothing is called with it any more.</summary>
    Ended,
}

/// <summary>
/// A certificate takes days to renew, and reports wait from the moment that it ends: who may renew it is told 30 days
/// before, and woken then. The alarm is about "iccam/Production" and closes when another certificate, or none, is set.
/// </summary>
internal static class CertificateWatch
{
    public const string Ends = "client_certificate_ends";
    public const string Ended = "client_certificate_ended";
    public static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    public static CertificateStanding StandingOf(DateTimeOffset endsAt, DateTimeOffset now) =>
        endsAt <= now ? CertificateStanding.Ended
        : endsAt <= now + Soon ? CertificateStanding.EndsSoon
        : CertificateStanding.Good;

    /// <summary>Looks at the targets of a tenant.</summary>
    public static async Task<bool> RunAsync(Tx tx)
    {
        foreach (var target in await CallTargets.ListAsync(tx))
        {
            await TellAsync(tx, target);
        }
        return true;
    }

    /// <summary>Another certificate was set, or none: what was told of the one before is over.</summary>
    public static async Task ChangedAsync(Tx tx, CallTargetRow target)
    {
        await tx.ClearAlarmAsync(Ends, AboutOf(target));
        await tx.ClearAlarmAsync(Ended, AboutOf(target));
        await TellAsync(tx, target);
    }

    private static async Task TellAsync(Tx tx, CallTargetRow target)
    {
        if (
            target.CertificateEndsAt is not { } ends
            || StandingOf(ends, tx.Now) is var standing && standing == CertificateStanding.Good
        )
        {
            return;
        }
        if (standing == CertificateStanding.Ended)
        {
            await tx.ClearAlarmAsync(Ends, AboutOf(target));
        }
        await tx.RaiseAlarmOnceAsync(AlarmOf(standing, ends) with { About = AboutOf(target) });
    }

    private static Alarm AlarmOf(CertificateStanding standing, DateTimeOffset ends) =>
        standing == CertificateStanding.Ended
            ? new Alarm(
                Ended,
                AlarmSeverity.Page,
                $"A client certificate ended on {ends:yyyy-MM-dd}: no report is filed there until another one is set "
                    + "on the page of destinations."
            )
            : new Alarm(
                Ends,
                AlarmSeverity.Urgent,
                $"A client certificate ends on {ends:yyyy-MM-dd}: ask who issued it for a new one, and set that on the "
                    + "page of destinations."
            );

    private static string AboutOf(CallTargetRow target) => $"{target.Destination}/{target.Environment}";
}
