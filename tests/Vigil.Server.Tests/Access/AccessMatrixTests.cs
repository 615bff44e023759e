using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Vigil.Server.Tests.Running;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Tests.Access;

/// <summary>
/// Every operation of the API's description and every page and form of the console, by every role and scope, in
/// the own tenant, in another, and by nobody. What is expected comes from one table, <see cref="Grants"/>, and the
/// permission that the server names: no operation has to be written down here.
/// </summary>
public partial class AccessMatrixTests(ITestOutputHelper output)
{
    private const int AtOnce = 4;

    /// <summary>Reveal, file, export, policy, settings, keys and people.</summary>
    private static readonly Permission[] Sensitive =
    [
        Permission.ContentReveal,
        Permission.ReportFile,
        Permission.ContentExport,
        Permission.ListExport,
        Permission.PolicyWrite,
        Permission.SettingsWrite,
        Permission.KeyManage,
        Permission.PeopleManage,
    ];

    /// <summary>
    /// Forms of those who keep and release that only record, hold or stop. Every other one of theirs destroys, releases,
    /// ends what is held, names whom contents leave to, or trusts a clock. Written down here: the server's own word
    /// would find nothing that it forgot.
    /// </summary>
    private static readonly string[] RecordsOnly =
    [
        "/console/holds",
        "/console/held/{id}/destruction/withdraw",
        "/console/legal-process",
        "/console/legal-process/{id}/scope",
        "/console/legal-process/{id}/nondisclosure",
        "/console/legal-process/{id}/release/stop",
    ];

    [Fact(Timeout = 300_000)]
    public async Task Everybody_may_what_the_table_says_and_no_answer_holds_what_is_another_tenants()
    {
        await using var world = await MatrixWorld.CreateAsync();
        var (routes, open) = await MatrixRoute.ReadAsync(world.Server);
        Assert.Empty(open);
        var wrong = new ConcurrentBag<string>();
        var (cells, leaks) = (0, 0);
        // First nobody says an id of another tenant: none may be heard. Then everybody does.
        foreach (var isForeign in (bool[])[false, true])
        {
            await Parallel.ForEachAsync(
                world.Callers.Append(world.Nobody),
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (caller, _) =>
                {
                    foreach (var route in routes.Where(route => !isForeign || TakesForeign(caller, route)))
                    {
                        Interlocked.Increment(ref cells);
                        var isLeak = isForeign
                            ? await TryForeignAsync(world, caller, route, wrong)
                            : await TryAsync(world, caller, route, wrong);
                        Interlocked.Add(ref leaks, isLeak ? 1 : 0);
                    }
                }
            );
        }
        output.WriteLine(
            $"{routes.Count} operations ({routes.Count(route => !route.IsConsole)} of the API, "
                + $"{routes.Count(route => route.IsConsole)} of the console), "
                + $"{world.Callers.Count + 1} callers in 2 tenants, {cells} cells, {leaks} leaks, {wrong.Count} wrong"
        );
        Assert.True(routes.Count(route => !route.IsConsole) > 50, "too few operations were found");
        Assert.True(routes.Count(route => route.IsConsole) > 50, "too few pages were found");
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
        Assert.Equal(0, leaks);
    }

    [Fact(Timeout = 300_000)]
    public async Task An_id_of_another_tenant_is_as_good_as_none_wherever_it_is_put()
    {
        await using var world = await MatrixWorld.CreateAsync();
        var (routes, _) = await MatrixRoute.ReadAsync(world.Server);
        var wrong = new ConcurrentBag<string>();
        var tries = 0;
        foreach (var tenant in (TenantId[])[TenantId.Default, MatrixWorld.Other])
        {
            var others = MatrixWorld.OtherOf(tenant);
            var before = await world.RowsAsync(others);
            var cells =
                from caller in world.Mighty
                where caller.Tenant == tenant
                from route in routes
                where route.Parameters.Count > 0 && !route.NamesTenant && route.IsConsole == caller.IsPerson
                select (caller, route);
            await Parallel.ForEachAsync(
                cells,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
                async (cell, _) =>
                    Interlocked.Add(ref tries, await SweepAsync(world, cell.caller, cell.route, wrong))
            );
            var person = world.Mighty.Single(caller => caller.Tenant == tenant && caller.IsPerson);
            tries += await SweepFormsAsync(world, person, routes, wrong);
            var changed = await world.RowsAsync(others);
            foreach (var table in before.Where(table => changed[table.Key] != table.Value))
            {
                wrong.Add($"{tenant} changed rows of {others} in {table.Key}");
            }
        }
        output.WriteLine($"{tries} tries with ids of another tenant, {wrong.Count} wrong");
        Assert.True(tries > 1000, $"only {tries} tries");
        Assert.True(wrong.IsEmpty, string.Join('\n', wrong.Order()));
    }

    [Fact(Timeout = 300_000)]
    public async Task What_is_sensitive_asks_a_session_for_a_fresh_proof_and_nothing_else_does()
    {
        await using var server = await TestServer.StartAsync();
        using var stale = await MatrixCaller.PersonAsync(
            server,
            TenantId.Default,
            "an old session",
            Enum.GetValues<Role>(),
            DateTimeOffset.UnixEpoch
        );
        var (routes, _) = await MatrixRoute.ReadAsync(server);
        var (wrong, asked) = (new List<string>(), new List<string>());
        foreach (var route in routes.Where(route => route is { IsConsole: true, Permission: not null }))
        {
            var isSensitive = Sensitive.Contains(route.Permission!.Value);
            var answer = await stale.SendAsync(route, route.With(Unknown));
            var isAsked = answer.Text.Contains("Verify that it is you", StringComparison.Ordinal);
            asked.AddRange(isAsked ? [$"{route}"] : []);
            if (route.Method != "GET" && isSensitive && !isAsked)
            {
                wrong.Add($"{route}: {answer.Status}, and was not asked");
            }
            var keeps = route.Permission is Permission.HoldManage or Permission.LegalManage;
            if (route.Method != "GET" && keeps && isAsked == RecordsOnly.Contains(route.Path))
            {
                wrong.Add($"{route}: {(isAsked ? "only records, and was asked" : "was not asked")}");
            }
            if (isAsked && route.Method == "GET" && !isSensitive && route.Path != StepUp.Path)
            {
                wrong.Add($"{route}: only looked at, and was asked");
            }
        }
        output.WriteLine($"{asked.Count} pages and forms asked for a fresh proof");
        Assert.True(asked.Count > 15, $"only {asked.Count}");
        Assert.Empty(RecordsOnly.Except(routes.Select(route => route.Path)));
        Assert.Empty(wrong);
        // Whatever permission they name; and no session opens the same acts of the API.
        Assert.Subset(
            asked.ToHashSet(),
            new HashSet<string> { "POST /console/keys", "POST /console/keys/revoke" }
        );
        var byApi = await stale.SendAsync(routes.Single(route => $"{route}" == "POST /v1/keys"), "/v1/keys");
        Assert.Equal(HttpStatusCode.Unauthorized, byApi.Status);
    }

    /// <summary>One cell, with ids that nobody has. True: the answer holds what is the other tenant's.</summary>
    private static async Task<bool> TryAsync(
        MatrixWorld world,
        MatrixCaller caller,
        MatrixRoute route,
        ConcurrentBag<string> wrong
    )
    {
        var answer = await caller.SendAsync(route, route.With(Unknown));
        if (Judge(caller, route, answer) is { } fault)
        {
            wrong.Add($"{route} by {caller}: {fault}");
        }
        return IsLeak(world, caller, route, answer, wrong);
    }

    /// <summary>The same with an id of the other tenant: the answer is that to an id that nobody has.</summary>
    private static async Task<bool> TryForeignAsync(
        MatrixWorld world,
        MatrixCaller caller,
        MatrixRoute route,
        ConcurrentBag<string> wrong
    )
    {
        var ids = world.IdsOf(MatrixWorld.OtherOf(caller.Tenant));
        var answer = await caller.SendAsync(route, route.With(Unknown));
        var foreign = route.With(parameter => Said(world, Likely(ids, route, parameter)));
        var second = await caller.SendAsync(route, foreign);
        if (second.Status != answer.Status)
        {
            wrong.Add(
                $"{route} by {caller}: {second.Status} for another tenant's id, {answer.Status} for none"
            );
        }
        return IsLeak(world, caller, route, second, wrong);
    }

    private static bool TakesForeign(MatrixCaller caller, MatrixRoute route) =>
        !caller.IsNobody && route.Parameters.Count > 0 && !route.NamesTenant;

    private static string Said(MatrixWorld world, string id)
    {
        world.Say(id);
        return id;
    }

    private static bool IsLeak(
        MatrixWorld world,
        MatrixCaller caller,
        MatrixRoute route,
        MatrixAnswer answer,
        ConcurrentBag<string> wrong
    )
    {
        var others = MatrixWorld.OtherOf(caller.Tenant);
        if (world.Leak(others, answer.Text + answer.Location) is not { } secret)
        {
            return false;
        }
        wrong.Add($"{route} by {caller}: the answer holds '{secret}' of {others}");
        return true;
    }

    /// <summary>What is wrong with an answer to an id that nobody has; null: nothing.</summary>
    private static string? Judge(MatrixCaller caller, MatrixRoute route, MatrixAnswer answer)
    {
        // Whether the server is ready just now is no matter of access.
        if (answer.Status >= HttpStatusCode.InternalServerError && route.Path != "/health/ready")
        {
            return $"{answer.Status} {answer.Text}";
        }
        if (route.Permission is not { } permission)
        {
            return answer.IsRefusal ? $"anyone may, and got {answer.Status}" : null;
        }
        if (caller.IsNobody)
        {
            return route.IsConsole
                ? answer.IsSignIn
                    ? null
                    : $"{answer.Status}, and not sent to sign in"
                : Only(HttpStatusCode.Unauthorized);
        }
        // A session opens the console only.
        if (caller.IsPerson && !route.IsConsole)
        {
            return Only(HttpStatusCode.Unauthorized);
        }
        if (!caller.Granted.Contains(permission))
        {
            return Only(HttpStatusCode.Forbidden);
        }
        return answer.IsRefusal && !IsInstallations(caller, answer)
            ? $"{permission} is granted, and it was {answer.Status} {answer.Text}"
            : null;

        string? Only(HttpStatusCode expected) =>
            answer.Status == expected ? null : $"{answer.Status}, not {expected}";
    }

    /// <summary>
    /// An act of the whole installation, which is refused to other tenants whatever their permissions; that it is
    /// open to somebody is seen by the default tenant's callers.
    /// </summary>
    private static bool IsInstallations(MatrixCaller caller, MatrixAnswer answer) =>
        caller.Tenant == MatrixWorld.Other
        && answer.Status == HttpStatusCode.Forbidden
        && answer.Text.Contains("not_permitted", StringComparison.Ordinal);

    /// <summary>Every id of the other tenant in every place of a path: the answer is that to an unknown one.</summary>
    private static async Task<int> SweepAsync(
        MatrixWorld world,
        MatrixCaller caller,
        MatrixRoute route,
        ConcurrentBag<string> wrong
    )
    {
        var ids = world.IdsOf(MatrixWorld.OtherOf(caller.Tenant));
        var unknown = await caller.SendAsync(route, route.With(Unknown));
        var isText = route.Parameters.All(parameter => !parameter.IsGuid);
        var tried = 0;
        foreach (var id in ids.Where(id => isText || Guid.TryParse(id, out _)))
        {
            var answer = await caller.SendAsync(route, route.With(_ => Said(world, id)));
            tried++;
            if (
                answer.Status != unknown.Status
                && !(route.Method == "GET" && answer.Status == HttpStatusCode.NotFound)
            )
            {
                wrong.Add($"{route} by {caller}: {answer.Status} for '{id}', {unknown.Status} for no id");
            }
            IsLeak(world, caller, route, answer, wrong);
        }
        return tried;
    }

    /// <summary>The forms of the pages there are, with the other tenant's ids in their hidden fields.</summary>
    private static async Task<int> SweepFormsAsync(
        MatrixWorld world,
        MatrixCaller caller,
        IReadOnlyList<MatrixRoute> routes,
        ConcurrentBag<string> wrong
    )
    {
        var ids = world
            .IdsOf(MatrixWorld.OtherOf(caller.Tenant))
            .Where(id => Guid.TryParse(id, out _))
            .ToList();
        var forms = new Dictionary<string, (string Name, string Value)[]>(StringComparer.Ordinal);
        foreach (
            var page in routes.Where(route =>
                route is { Method: "GET", IsConsole: true, Parameters.Count: 0 }
            )
        )
        {
            var html = (await caller.GetAsync(page.Path)).Text;
            foreach (Match form in FormPattern().Matches(html))
            {
                var fields = Hidden()
                    .Matches(form.Groups["body"].Value)
                    .Select(field => (Name: field.Groups["name"].Value, Value: field.Groups["value"].Value))
                    .Where(field => field.Name != "__RequestVerificationToken")
                    .ToArray();
                if (fields.Any(field => Guid.TryParse(field.Value, out _)))
                {
                    forms[form.Groups["action"].Value] = fields;
                }
            }
        }
        var tried = 0;
        foreach (var (action, fields) in forms)
        {
            foreach (var id in ids)
            {
                var route = new MatrixRoute("POST", action, null, null);
                var answer = await caller.SendAsync(
                    route,
                    action,
                    [
                        .. fields.Select(field =>
                            (field.Name, Guid.TryParse(field.Value, out var _) ? id : field.Value)
                        ),
                    ]
                );
                tried++;
                IsLeak(world, caller, route, answer, wrong);
            }
        }
        return tried;
    }

    private static string Unknown((string Name, bool IsGuid) parameter) =>
        parameter.IsGuid ? Guid.CreateVersion7().ToString()
        : parameter.Name == "reference" ? CaseRef.New().Value
        : "unknown-to-all";

    /// <summary>The other tenant's id that most likely fits: by kind, and by the place in the path.</summary>
    private static string Likely(
        IReadOnlyList<string> ids,
        MatrixRoute route,
        (string Name, bool IsGuid) parameter
    )
    {
        var fitting = ids.Where(id => Guid.TryParse(id, out _) == parameter.IsGuid).ToList();
        return fitting.Find(id => parameter.Name == "reference" && CaseRef.IsWellFormed(id))
            ?? fitting[Math.Abs(route.Path.Length) % fitting.Count];
    }

    [GeneratedRegex(
        """<form[^>]*action="(?<action>[^"]+)"[^>]*>(?<body>.*?)</form>""",
        RegexOptions.Singleline
    )]
    private static partial Regex FormPattern();

    [GeneratedRegex(
        """<input type="hidden" name="(?<name>[^"]+)"( autocomplete="[^"]*")?( value="(?<value>[^"]*)")?"""
    )]
    private static partial Regex Hidden();
}
