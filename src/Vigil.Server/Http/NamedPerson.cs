using System.Text.RegularExpressions;
using Vigil.Trust;

namespace Vigil.Server.Http;

/// <summary>
/// Who does what a person must: who is signed in, or whom a program names by the pseudonym of its own system.
/// </summary>
/// <param name="Name">As kept and compared: "person:…", or "key:…/…" of whom a program names.</param>
/// <param name="Named">The pseudonym that a program gave; null: the person is signed in.</param>
internal sealed partial record NamedPerson(string Name, string? Named)
{
    /// <param name="actor">Of the act.</param>
    /// <param name="person">1 to 40 of a-z, 0-9, '.', '_', '-'.</param>
    /// <param name="done">What is done in a person's name: "done", "read".</param>
    /// <param name="does">What a person does, and the time of naming them: "decides", "was"; "reads", "is".</param>
    /// <exception cref="ProblemException">A program names nobody, or who is signed in names somebody else.</exception>
    public static NamedPerson Of(Actor actor, string? person, string done, (string Verb, string Time) does)
    {
        if (actor.Kind == ActorKind.Person)
        {
            return person is null || actor.Name == person || actor.Name == $"person:{person}"
                ? new NamedPerson(actor.Name, null)
                : throw ProblemException.BadRequest(
                    "not_that_person",
                    $"You are signed in, and this is {done} in your name: leave 'person' out."
                );
        }
        return person is not null && Pseudonym().IsMatch(person)
            ? new NamedPerson($"{actor.Name}/{person}", person)
            : throw ProblemException.BadRequest(
                "person_needed",
                $"A person {does.Verb}, not a program: name who it {does.Time} in 'person', by the pseudonym that your "
                    + "own system has for them: 1 to 40 of a-z, 0-9, '.', '_', '-', no name and no mail address."
            );
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,39}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Pseudonym();
}
