using Vigil.Server.Features.Reporting.Filing.Environments;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>Whether a report takes two persons, and why.</summary>
/// <param name="IsNeeded">A second one must approve the same bytes.</param>
/// <param name="Why">A word for the ledger.</param>
internal sealed record SecondPolicy(bool IsNeeded, string Why)
{
    public static async Task<SecondPolicy> OfAsync(Tx tx, ReportRow report, bool isHighPriority) =>
        Decide(
            await TenantSettings.FindAsync(tx, ReportSettings.SecondPerson) ?? "production",
            report.Environment,
            isHighPriority,
            await IsFirstThereAsync(tx, report),
            await SoloMode.IsOnAsync(tx)
        );

    /// <summary>Asked again before the first call: one person alone approved the first real report there.</summary>
    public static async Task<bool> IsMissingAsync(Tx tx, ReportRow report, bool hasTwoPeople) =>
        !hasTwoPeople
        && FirstTakesTwo(
            report.Environment,
            await IsFirstThereAsync(tx, report),
            await SoloMode.IsOnAsync(tx)
        );

    /// <summary>
    /// The first real report to each destination takes two, whatever is set. A team of one has no second person, and a
    /// report under a legal clock is not delayed for that.
    /// </summary>
    public static bool FirstTakesTwo(ReportEnvironment environment, bool isFirstThere, bool isSolo) =>
        environment == ReportEnvironment.Production && isFirstThere && !isSolo;

    /// <summary>Where a child is in danger now nobody is waited for, but at the first real report.</summary>
    public static SecondPolicy Decide(
        string setting,
        ReportEnvironment environment,
        bool isHighPriority,
        bool isFirstThere,
        bool isSolo
    ) =>
        isSolo ? new(false, "solo")
        : FirstTakesTwo(environment, isFirstThere, isSolo) ? new(true, "first_production_report")
        : isHighPriority ? new(false, "high_priority")
        : setting == "always" ? new(true, "setting")
        : setting != "never" && environment == ReportEnvironment.Production ? new(true, "setting")
        : new(false, "setting");

    /// <summary>Of NCMEC by who is there now: what a simulator took before says nothing of the service.</summary>
    private static async Task<bool> IsFirstThereAsync(Tx tx, ReportRow report) =>
        await tx.FindAsync<long>(
            """
            select count(*) from (select 1 from report
                where tenant = @tenant and environment = 'Production' and destination = @destination
                  and state in ('Filed', 'FiledReceiptLost') and coalesce(filed_at, state_since) >= @since
                  and coalesce(filed_address, @address) = @address limit 1)
                as found
            """,
            new
            {
                destination = report.Destination,
                since = await WhoIsThere.SinceAsync(tx, report.Destination, ReportEnvironment.Production),
                address = await WhoIsThere.AddressAsync(tx, report.Destination, ReportEnvironment.Production),
            }
        ) == 0;
}
