using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving;

/// <summary>Whether a report takes two persons, and why.</summary>
/// <param name="IsNeeded">A second one must approve the same bytes.</param>
/// <param name="Why">A word for the ledger.</param>
internal sealed record SecondPolicy(bool IsNeeded, string Why)
{
    public static async Task<SecondPolicy> OfAsync(Tx tx, ReportEnvironment environment, bool isHighPriority)
    {
        var isFirst =
            environment == ReportEnvironment.Production
            && await tx.FindAsync<long>(
                """
                select count(*) from report
                where tenant = @tenant and environment = 'Production' and state in ('Filed', 'FiledReceiptLost')
                """
            ) == 0;
        return Decide(
            await TenantSettings.FindAsync(tx, ReportSettings.SecondPerson) ?? "production",
            environment,
            isHighPriority,
            isFirst,
            await SoloMode.IsOnAsync(tx)
        );
    }

    /// <summary>
    /// The first production report takes two. Where a child is in danger now nobody is waited for otherwise. A team of
    /// one has no second person, and a report under a legal clock is not delayed for that.
    /// </summary>
    public static SecondPolicy Decide(
        string setting,
        ReportEnvironment environment,
        bool isHighPriority,
        bool isFirstOfProduction,
        bool isSolo
    ) =>
        isSolo ? new(false, "solo")
        : isFirstOfProduction ? new(true, "first_production_report")
        : isHighPriority ? new(false, "high_priority")
        : setting == "always" ? new(true, "setting")
        : setting != "never" && environment == ReportEnvironment.Production ? new(true, "setting")
        : new(false, "setting");
}
