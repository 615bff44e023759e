using Vigil.CyberTip;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>
/// Who reports: the organisation, by settings of the tenant. A report names its contact, never the reviewer.
/// </summary>
internal sealed record Organisation
{
    public const string ReporterName = "report.reporterName";
    public const string ReporterEmail = "report.reporterEmail";
    public const string ContactName = "report.contactName";
    public const string ContactEmail = "report.contactEmail";
    public const string ContactPhone = "report.contactPhone";
    public const string LegalUrl = "report.legalUrl";
    public const string TermsOfService = "report.termsOfService";
    public const string CompanyTemplate = "report.companyTemplate";
    public const string Service = "report.service";

    /// <summary>"on": a member of the industry hash sharing agreement, which alone sends classifications.</summary>
    public const string Classifies = "report.classifies";

    /// <summary>"2025" or "2026": what the service's fetched schema has.</summary>
    public const string Schema = "report.cybertipSchema";

    private static readonly string[] Names =
    [
        ReporterName,
        ReporterEmail,
        ContactName,
        ContactEmail,
        ContactPhone,
        LegalUrl,
        TermsOfService,
        CompanyTemplate,
        Service,
        Classifies,
        Schema,
    ];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>By names of the settings.</summary>
    public static Organisation Of(IReadOnlyDictionary<string, string> values)
    {
        var organisation = new Organisation();
        foreach (var (name, value) in values.Where(pair => !string.IsNullOrWhiteSpace(pair.Value)))
        {
            organisation._values.Add(name, value);
        }
        return organisation;
    }

    public static async Task<Organisation> ReadAsync(Tx tx)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Names)
        {
            values[name] = await TenantSettings.FindAsync(tx, name) ?? "";
        }
        return Of(values);
    }

    /// <summary>Which of its services; null: nobody said.</summary>
    public string? ServiceName => Find(Service);

    public bool MayClassify => Find(Classifies) == "on";

    /// <summary>As <c>Extra</c> of a draft names it.</summary>
    public string SchemaYear => Find(Schema) ?? "2025";

    /// <param name="terms">What the platform said of its terms then; null: those of the settings.</param>
    public Reporter ToReporter(string? terms) =>
        new()
        {
            ReportingPerson = new CyberTip.Person
            {
                FirstName = Find(ReporterName),
                Email = EmailsOf(Find(ReporterEmail)),
            },
            ContactPerson = ContactPersonOf(),
            CompanyTemplate = Find(CompanyTemplate),
            TermsOfService = terms ?? Find(TermsOfService),
            LegalUrl = Find(LegalUrl),
        };

    private ContactPerson? ContactPersonOf() =>
        (Find(ContactName), Find(ContactEmail), Find(ContactPhone)) is (null, null, null)
            ? null
            : new ContactPerson
            {
                FirstName = Find(ContactName),
                Email = EmailsOf(Find(ContactEmail)),
                Phone = Find(ContactPhone) is { } phone ? [new Phone { Number = phone }] : [],
            };

    private static ValueList<Email> EmailsOf(string? address) =>
        address is null ? [] : [new Email { Address = address }];

    private string? Find(string name) => _values.GetValueOrDefault(name);
}
