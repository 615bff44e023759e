namespace Vigil.Server.Features.Reporting.Filing;

/// <summary>Whether a report may leave. Pure, asked again in the transaction in which it begins to.</summary>
internal static class FilingGate
{
    public const string NoPerson = "no_person";
    public const string TestInProduction = "test_in_production";
    public const string TooEarly = "too_early";
    public const string OtherState = "state";

    /// <summary>As the kernel names people; programs and keys are named otherwise.</summary>
    private const string Person = "person:";

    /// <summary>Why not; null: it may.</summary>
    public static string? Refusal(ReportRow report, DateTimeOffset now) =>
        report.State is not (ReportState.Approved or ReportState.Filing) ? OtherState
        : !report.MayLeave(now) ? TooEarly
        : report.ApprovedAt is null || !IsPerson(report.ApprovedBy) ? NoPerson
        : report.SecondBy is not null && !HasTwoPeople(report) ? NoPerson
        : report.IsTest && report.Environment != ReportEnvironment.Test ? TestInProduction
        : null;

    /// <summary>Two different people approved it.</summary>
    public static bool HasTwoPeople(ReportRow report) =>
        IsPerson(report.ApprovedBy) && IsPerson(report.SecondBy) && report.SecondBy != report.ApprovedBy;

    /// <summary>It was undone, or is to be: it is taken in again when it is approved again.</summary>
    public static bool IsUndone(string? refusal) => refusal is OtherState or TooEarly;

    private static bool IsPerson(string? name) =>
        name is not null && name.Length > Person.Length && name.StartsWith(Person, StringComparison.Ordinal);
}
