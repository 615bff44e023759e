using Microsoft.AspNetCore.Http;

namespace Vigil.Server.Ui;

/// <summary>
/// From where one came to a content or words of a case: an audit, or the grading of an item. Their pages lead back
/// there, as the case's own may tell what others decided.
/// </summary>
internal sealed record PageOrigin
{
    private const string AuditName = "audit";
    private const string GradeName = "grade";

    private PageOrigin(string name, Guid item)
    {
        Name = name;
        Item = item;
    }

    private string Name { get; }
    private Guid Item { get; }

    public static PageOrigin Grade(Guid item) => new(GradeName, item);

    /// <summary>Null: one came from the case's page.</summary>
    public static PageOrigin? Of(IQueryCollection query) =>
        Guid.TryParse(query[AuditName], out var audited) ? new PageOrigin(AuditName, audited)
        : Guid.TryParse(query[GradeName], out var graded) ? new PageOrigin(GradeName, graded)
        : null;

    /// <summary>An address of this console, without a fragment, that knows of it too.</summary>
    public string On(string address) => $"{address}{(address.Contains('?') ? '&' : '?')}{Name}={Item}";

    /// <param name="caseRef">The case of the item.</param>
    public string AddressIn(string caseRef) =>
        Name == AuditName ? $"/console/audits/{Item}" : $"/console/cases/{caseRef}/items/{Item}/grade";

    public string TitleIn(string caseRef) =>
        Name == AuditName ? $"Audit of {caseRef}" : $"Grade in {caseRef}";
}
