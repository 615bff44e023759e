using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Ui;

namespace Vigil.Server.Http;

/// <summary>The way of a request to its feature and back, in order.</summary>
internal static class Plumbing
{
    /// <summary>Deepest nesting of JSON that is read.</summary>
    public const int MaxJsonDepth = 32;

    /// <summary>How requests are read: unknown and double members are errors.</summary>
    public static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        MaxDepth = MaxJsonDepth,
    };

    public static IServiceCollection AddHttpPlumbing(this IServiceCollection services)
    {
        services.AddSingleton<ProblemWriter>().AddSingleton<AccessGate>();
        services.AddSingleton<ConsoleDoor>().AddSingleton<RefusedKeys>();
        return services;
    }

    public static void UseHttpPlumbing(this WebApplication app)
    {
        var problems = app.Services.GetRequiredService<ProblemWriter>();
        var gate = app.Services.GetRequiredService<AccessGate>();
        app.Use(SecurityHeaders.InvokeAsync);
        app.Use(problems.InvokeAsync);
        app.UseRouting();
        app.Use(gate.InvokeAsync);
    }
}
