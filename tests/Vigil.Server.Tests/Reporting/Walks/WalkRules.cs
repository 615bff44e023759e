using Vigil.Server.Features.Reporting;
using Vigil.Server.Features.Reporting.Filing;

namespace Vigil.Server.Tests.Reporting.Walks;

/// <summary>The rules of a walk. As made, they are the server's; a control leaves one out.</summary>
internal sealed record WalkRules
{
    public Func<ReportRow, DateTimeOffset, string?> Refusal { get; init; } = FilingGate.Refusal;
    public bool ConfirmsWhatIsBlocked { get; init; }
    public bool DraftsWhatIsOpen { get; init; }
    public bool TakesBackWhatIsCleared { get; init; } = true;
}
