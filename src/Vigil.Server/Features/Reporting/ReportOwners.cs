namespace Vigil.Server.Features.Reporting;

/// <summary>Who has to act next, where it is nobody by name.</summary>
internal static class ReportOwners
{
    public const string FilingOfficer = "filing_officer";
    public const string Delivery = "delivery";
    public const string Nobody = "";
}
