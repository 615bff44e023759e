using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>What changed in the document since the draft before.</summary>
internal static class ReportChanges
{
    public static Task<IReadOnlyList<LineChange>> ReadAsync(Tx tx, Guid id) =>
        Task.FromResult<IReadOnlyList<LineChange>>([]);
}
