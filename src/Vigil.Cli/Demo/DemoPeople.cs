using Spectre.Console;
using Vigil.Cli.Output;
using Vigil.Trust;

namespace Vigil.Cli.Demo;

/// <summary>Six people of a small team, each with an account of their own, as the rules of joining have it.</summary>
internal sealed class DemoPeople : IDisposable
{
    private const int CodesShown = 3;

    private static readonly (string UserName, string Name, Role[] Roles)[] Team =
    [
        ("ada.admin", "Ada Admin", [Role.Admin]),
        ("rob.reviewer", "Rob Reviewer", [Role.Reviewer]),
        ("sue.senior", "Sue Senior", [Role.SeniorReviewer]),
        ("fay.filing", "Fay Filing", [Role.FilingOfficer]),
        ("kim.keeper", "Kim Keeper", [Role.Custodian, Role.WellnessLead]),
        ("otto.auditor", "Otto Auditor", [Role.Auditor]),
    ];

    private readonly IReadOnlyList<DemoPerson> _people;

    private DemoPeople(IReadOnlyList<DemoPerson> people, string password) =>
        (_people, Password) = (people, password);

    /// <summary>Of all six, made for this run.</summary>
    public string Password { get; }

    public DemoPerson Admin => _people[0];
    public DemoPerson Reviewer => _people[1];
    public DemoPerson Senior => _people[2];
    public DemoPerson FilingOfficer => _people[3];
    public DemoPerson Custodian => _people[4];
    public DemoPerson Auditor => _people[5];

    /// <summary>
    /// The first admin by the set-up code; the others by invitations that this admin makes while nobody else is here.
    /// </summary>
    public static async Task<DemoPeople> JoinAsync(
        Uri server,
        string setUpCode,
        CancellationToken cancellation
    )
    {
        var password = DemoPerson.NewPassword();
        var people = Team.Select(one => new DemoPerson(server, one.UserName, one.Name)).ToList();
        await people[0].JoinAsync(setUpCode, password, cancellation);
        var codes = new List<string>();
        foreach (var (_, _, roles) in Team.Skip(1))
        {
            codes.Add(await people[0].InviteAsync(roles, cancellation));
        }
        foreach (var (person, code) in people.Skip(1).Zip(codes))
        {
            await person.JoinAsync(code, password, cancellation);
        }
        return new DemoPeople(people, password);
    }

    public void Show(Terminal terminal)
    {
        var table = new Table()
            .Border(TableBorder.None)
            .AddColumns("  name", "roles", "recovery codes, each once");
        foreach (var (person, (_, _, roles)) in _people.Zip(Team))
        {
            table.AddRow(
                $"  {person.UserName}",
                string.Join(", ", roles.Select(Advice.Kebab)),
                string.Join("  ", person.RecoveryCodes.Take(CodesShown))
            );
        }
        terminal.WriteTable(table);
        terminal.Write($"Password of all six, made for this run: {Password}\n");
    }

    public void Dispose()
    {
        foreach (var person in _people)
        {
            person.Dispose();
        }
    }
}
