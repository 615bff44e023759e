using System.Collections.Frozen;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Ui;

/// <summary>
/// What a session may do only some minutes after its person proved again who it is (setting
/// "session.stepUpMinutes"): an unlocked machine is not enough to reveal, file, export, end what is held, or change
/// policy, keys and people. Programs are not asked: their keys were made by somebody who was.
/// </summary>
internal static class StepUp
{
    public const string Code = "step_up_required";
    public const string Path = "/console/verify";
    public const string Title = "Verify that it is you";
    public const string Purpose = "suspended request";

    /// <summary>Forms larger than this are not kept while the person verifies.</summary>
    private const int MaxKeptCharacters = 64 * 1024;

    /// <summary>Every act under one of these, whether its endpoint says so or not.</summary>
    private static readonly FrozenSet<Permission> Sensitive = new[]
    {
        Permission.ContentReveal,
        Permission.ContentExport,
        Permission.ReportFile,
        Permission.ListExport,
        Permission.PolicyWrite,
        Permission.KeyManage,
        Permission.PeopleManage,
        Permission.SettingsWrite,
    }.ToFrozenSet();

    /// <summary>Also for this endpoint; for reading as well.</summary>
    public static TBuilder RequireStepUp<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Rule());

    public static bool IsAskedFor(RouteEndpoint endpoint, string method) =>
        endpoint.Metadata.GetMetadata<Rule>() is not null
        || (
            !HttpMethods.IsGet(method)
            && endpoint.Metadata.GetMetadata<AccessRule>()?.Permission is { } permission
            && Sensitive.Contains(permission)
        );

    /// <summary>Lets nobody on whose last proof is too old; what they sent is kept for the page that asks.</summary>
    /// <exception cref="ProblemException">The person must verify first.</exception>
    public static async Task RequireAsync(HttpContext context, RouteEndpoint endpoint, TrustKernel kernel)
    {
        if (
            context.FindPerson() is not { } person
            || person.IsFresh(kernel.Time.GetUtcNow())
            || !IsAskedFor(endpoint, context.Request.Method)
        )
        {
            return;
        }
        if (ConsoleDoor.IsPageOfBrowser(context))
        {
            context.Features.Set(new Suspended(kernel.Tickets.Seal(Purpose, await KeepAsync(context))));
        }
        throw new ProblemException(
            StatusCodes.Status403Forbidden,
            Code,
            $"This needs a fresh proof that it is you: verify on {Path}, then do it again."
        );
    }

    private static async Task<SuspendedRequest> KeepAsync(HttpContext context)
    {
        var path = context.Request.Path + context.Request.QueryString;
        if (HttpMethods.IsGet(context.Request.Method))
        {
            return new SuspendedRequest(path, null);
        }
        var form = await Pages.ReadAsync(context);
        List<KeptField> fields =
        [
            .. from field in form
            where field.Key != Pages.GuardField
            from value in field.Value
            select new KeptField(field.Key, value ?? ""),
        ];
        return fields.Sum(field => field.Name.Length + field.Value.Length) <= MaxKeptCharacters
            ? new SuspendedRequest(path, fields)
            : new SuspendedRequest("/console", null);
    }

    private sealed record Rule;
}

/// <summary>What somebody wanted before they were asked to verify.</summary>
/// <param name="Path">Of the page or form.</param>
/// <param name="Fields">Of the form; null: a page.</param>
public sealed record SuspendedRequest(string Path, IReadOnlyList<KeptField>? Fields)
{
    public override string ToString() => nameof(SuspendedRequest);
}

/// <summary>One field of a form; must not be printed.</summary>
public sealed record KeptField(string Name, string Value)
{
    public override string ToString() => nameof(KeptField);
}

/// <summary>The sealed <see cref="SuspendedRequest"/> of a refused request, for the page that asks.</summary>
internal sealed record Suspended(string Ticket);
